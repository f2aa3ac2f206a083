using System.Security.Cryptography;
using NSec.Cryptography;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Signs with Ed25519 (RFC 8463), which .NET does not support.</summary>
/// <param name="key">PKCS #8.</param>
sealed class Ed25519SigningKey(string selector, ReadOnlyMemory<byte> key) : DkimSigningKey(selector, Ed25519)
{
    public static byte[] Create()
    {
        using var created = Key.Create(
            SignatureAlgorithm.Ed25519, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        return created.Export(KeyBlobFormat.PkixPrivateKey);
    }

    // RFC 8463 §4.2: the raw key, not a SubjectPublicKeyInfo as with RSA.
    internal override byte[] PublicKey()
    {
        using var opened = PrivateKey();
        return opened.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    // RFC 8463 §3: PureEdDSA over the hash.
    internal override byte[] Sign(ReadOnlySpan<byte> fields)
    {
        using var opened = PrivateKey();
        return SignatureAlgorithm.Ed25519.Sign(opened, SHA256.HashData(fields));
    }

    Key PrivateKey() => Key.Import(SignatureAlgorithm.Ed25519, key.Span, KeyBlobFormat.PkixPrivateKey);
}
