using System.Security.Cryptography;
using NSec.Cryptography;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A public key as the DNS has it (RFC 6376 §3.6.1).</summary>
/// <param name="Type">k=: <c>rsa</c> or <c>ed25519</c> (RFC 8463 §4).</param>
/// <param name="Octets">p=; empty: the key has been revoked.</param>
/// <param name="ForbidsSubdomains">t=s.</param>
sealed record DkimKey(string Type, byte[] Octets, bool ForbidsSubdomains)
{
    // RFC 8301 §3.2: shorter ones are no proof. The upper bound keeps the work small.
    const int FewestBits = 1024;
    const int MostBits = 8192;

    /// <summary>Null: this is no key for mail that we could use.</summary>
    public static DkimKey? Parse(string record)
    {
        if (TagList.Parse(record) is not { } tags
            || (tags["v"] is { } version && (version != "DKIM1" || tags.First != "v"))
            || (tags["h"] is not null && !tags.Words("h").Contains("sha256"))
            || (tags["s"] is not null && !tags.Words("s").Any(service => service is "*" or "email"))
            || tags.Octets("p") is not { } octets)
        {
            return null;
        }
        return new(tags["k"] ?? "rsa", octets, tags.Words("t").Contains("s"));
    }

    /// <summary>Returns whether the signature is valid, and the length of the key; null if the key cannot be used.</summary>
    /// <param name="signed">The canonical header fields (<see cref="SignedFields"/>).</param>
    public (bool IsValid, int KeyBits)? Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (Type == "ed25519")
        {
            // PureEdDSA over the SHA-256 hash (RFC 8463 §3); the record has the bare 32 octets (§4.2).
            var ed25519 = SignatureAlgorithm.Ed25519;
            return PublicKey.TryImport(ed25519, Octets, KeyBlobFormat.RawPublicKey, out var key) && key is not null
                ? (ed25519.Verify(key, SHA256.HashData(signed), signature), ed25519.PublicKeySize * 8)
                : null;
        }
        using var rsa = Type == "rsa" ? ToRsa() : null;
        return rsa is null
            ? null
            : (rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), rsa.KeySize);
    }

    /// <summary>Returns null if this is not an RSA key of a usable length. The caller disposes it.</summary>
    RSA? ToRsa()
    {
        var rsa = RSA.Create();
        if (TryImport(rsa) && rsa.KeySize is >= FewestBits and <= MostBits)
        {
            return rsa;
        }
        rsa.Dispose();
        return null;
    }

    // SubjectPublicKeyInfo is what everybody publishes; RFC 6376 speaks of the RSAPublicKey within.
    bool TryImport(RSA rsa)
    {
        foreach (var import in (Func<int>[])[() => Read(rsa.ImportSubjectPublicKeyInfo), () => Read(rsa.ImportRSAPublicKey)])
        {
            try
            {
                return import() == Octets.Length;
            }
            catch (CryptographicException)
            {
                // Not in this form.
            }
        }
        return false;
    }

    int Read(Import import)
    {
        import(Octets, out var octets);
        return octets;
    }

    delegate void Import(ReadOnlySpan<byte> source, out int octets);
}
