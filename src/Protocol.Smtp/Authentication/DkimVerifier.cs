using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Verifies the DKIM signatures of a message (RFC 6376 §6): RSA (RFC 8301) and Ed25519 (RFC 8463).</summary>
sealed class DkimVerifier(DnsClient dns, TimeProvider time)
{
    // Limits the DNS lookups for a message with thousands of signatures. The first ones in the header are the latest.
    const int MostSignatures = 8;

    const int ReadOctets = 64 * 1024;

    /// <param name="header">The header of the message. Its signatures are verified from the top.</param>
    /// <param name="body">The body of the message.</param>
    public async Task<IReadOnlyList<DkimResult>> VerifyAsync(ReadOnlyMemory<byte> header, BodyReader body, CancellationToken cancellation)
    {
        var fields = FieldsOf(header.Span);
        var results = new DkimResult[fields.Count];
        var readable = new List<(int Index, DkimSignature Signature)>();
        for (var i = 0; i < fields.Count; i++)
        {
            var signature = DkimSignature.Parse(fields[i], out var fault);
            results[i] = signature is null ? new(AuthenticationVerdict.PermError, fault, null) : Unusable(signature) ?? new(AuthenticationVerdict.None, null, signature);
            if (signature is not null && results[i].Verdict == AuthenticationVerdict.None)
            {
                readable.Add((i, signature));
            }
        }
        var hashes = await HashAsync(body, [.. readable.Select(entry => entry.Signature)], cancellation);
        for (var i = 0; i < readable.Count; i++)
        {
            var (index, signature) = readable[i];
            results[index] = hashes[i] is { } fault
                ? new(AuthenticationVerdict.Fail, fault, signature)
                : await VerifyAsync(signature, header, cancellation);
        }
        return results;
    }

    static List<byte[]> FieldsOf(ReadOnlySpan<byte> header)
    {
        var fields = new List<byte[]>();
        var reader = new HeaderFieldReader(header);
        while (fields.Count < MostSignatures && reader.Read())
        {
            if (Ascii.EqualsIgnoreCase(reader.Name, "DKIM-Signature"u8))
            {
                fields.Add(reader.Field.ToArray());
            }
        }
        return fields;
    }

    /// <summary>Returns the result if it does not depend on the key; otherwise null.</summary>
    DkimResult? Unusable(DkimSignature signature) => signature switch
    {
        { Algorithm: "rsa-sha1" } => new(AuthenticationVerdict.PermError, "SHA-1 is no proof any more", signature),
        { Algorithm: not ("rsa-sha256" or "ed25519-sha256") } =>
            new(AuthenticationVerdict.Neutral, "the algorithm is not known", signature),
        { ExpiresAt: { } expires } when expires < time.GetUtcNow() => new(AuthenticationVerdict.Fail, "the signature has expired", signature),
        _ => null,
    };

    /// <summary>
    /// Reads the body once for all signatures. For each of them, returns null if its body hash matches, otherwise the
    /// problem.
    /// </summary>
    static async Task<List<string?>> HashAsync(BodyReader body, IReadOnlyList<DkimSignature> signatures, CancellationToken cancellation)
    {
        if (signatures.Count == 0)
        {
            return [];
        }
        var hashes = signatures.Select(signature => new BodyHash(signature.BodyForm, signature.BodyOctets)).ToList();
        var buffer = ArrayPool<byte>.Shared.Rent(ReadOctets);
        try
        {
            for (var offset = 0L; await body(offset, buffer, cancellation) is > 0 and var read; offset += read)
            {
                hashes.ForEach(hash => hash.Write(buffer.AsSpan(0, read)));
            }
            return [.. signatures.Zip(hashes, Compare)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            hashes.ForEach(hash => hash.Dispose());
        }
    }

    // Reject a body that is longer than l=: anyone could append text that appears to come from the signer (RFC 6376
    // §8.2).
    static string? Compare(DkimSignature signature, BodyHash hash) =>
        !hash.Complete().AsSpan().SequenceEqual(signature.BodyHash) ? "the body has been changed"
        : signature.BodyOctets == long.MaxValue || hash.Octets == signature.BodyOctets ? null
        : hash.Octets < signature.BodyOctets ? "the body is shorter than what was signed"
        : "the body is longer than what was signed";

    async Task<DkimResult> VerifyAsync(DkimSignature signature, ReadOnlyMemory<byte> header, CancellationToken cancellation)
    {
        var name = DkimSigningKey.RecordName(signature.Selector, signature.Domain);
        var answer = await dns.QueryAsync(name, DnsType.Txt, cancellation);
        if (answer.IsTemporaryFailure)
        {
            return new(AuthenticationVerdict.TempError, "the key cannot be had now", signature);
        }
        if (answer.Texts.Select(DkimKey.Parse).OfType<DkimKey>().FirstOrDefault() is not { } key)
        {
            return new(AuthenticationVerdict.PermError, "there is no key", signature);
        }
        if (key.Octets.Length == 0)
        {
            return new(AuthenticationVerdict.PermError, "the key has been revoked", signature);
        }
        if (key.ForbidsSubdomains && signature.IsForSubdomain)
        {
            return new(AuthenticationVerdict.PermError, "the key is not for subdomains", signature);
        }
        if (signature.Algorithm != $"{key.Type}-sha256")
        {
            return new(AuthenticationVerdict.PermError, "the key is for another algorithm", signature);
        }
        var unsigned = SignedFields.WithoutSignature(signature.Field);
        var signed = SignedFields.Octets(header.Span, signature.SignedNames, unsigned, signature.HeaderForm);
        return key.Verify(signed, signature.Signature) switch
        {
            null => new(AuthenticationVerdict.PermError, UnusableKey(key.Type), signature),
            (true, var bits) => new(AuthenticationVerdict.Pass, null, signature, bits),
            _ => new(AuthenticationVerdict.Fail, "the signature is wrong", signature),
        };
    }

    static string UnusableKey(string type) =>
        type == "rsa" ? "the key is not an RSA key of 1024 bits or more" : "the key is not an Ed25519 key";
}
