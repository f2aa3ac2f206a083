using System.Security.Cryptography;
using NSec.Cryptography;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A public key published in the DNS (RFC 6376 §3.6.1).</summary>
/// <param name="Type">k=: <c>rsa</c> or <c>ed25519</c> (RFC 8463 §4).</param>
/// <param name="Octets">p=. Empty if the key has been revoked.</param>
/// <param name="ForbidsSubdomains">True if the record has t=s.</param>
sealed record DkimKey(string Type, byte[] Octets, bool ForbidsSubdomains)
{
    // RFC 8301 §3.2: shorter keys are not secure. The upper bound limits the work.
    const int FewestBits = 1024;
    const int MostBits = 8192;

    /// <summary>Parses a TXT record. Returns null if it is not a DKIM key, or not one for SHA-256 and email.</summary>
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

    /// <summary>
    /// Verifies a signature and returns the result with the key length in bits. Returns null if the key cannot be used.
    /// </summary>
    /// <param name="signed">The canonical header fields (<see cref="SignedFields"/>).</param>
    public (bool IsValid, int KeyBits)? Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (Type == "ed25519")
        {
            // PureEdDSA over the SHA-256 hash (RFC 8463 §3). The record has the raw 32-byte key (§4.2).
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

    /// <summary>
    /// Imports the RSA key. Returns null if the key is invalid or its length is out of range. The caller disposes it.
    /// </summary>
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

    // In practice, records contain SubjectPublicKeyInfo. RFC 6376 names the RSAPublicKey inside it.
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
                // Try the next format.
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
