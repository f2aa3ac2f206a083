using System.Security.Cryptography;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Signs with RSA (RFC 8301).</summary>
/// <param name="key">PKCS #8.</param>
sealed class RsaSigningKey(string selector, ReadOnlyMemory<byte> key) : DkimSigningKey(selector, Rsa)
{
    // RFC 8301 §3.2. Longer keys do not fit into the records that some zone editors accept.
    const int KeyBits = 2048;

    public static byte[] Create()
    {
        using var rsa = RSA.Create(KeyBits);
        return rsa.ExportPkcs8PrivateKey();
    }

    internal override byte[] PublicKey()
    {
        using var rsa = PrivateKey();
        return rsa.ExportSubjectPublicKeyInfo();
    }

    internal override byte[] Sign(ReadOnlySpan<byte> fields)
    {
        using var rsa = PrivateKey();
        return rsa.SignData(fields, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    RSA PrivateKey()
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(key.Span, out _);
        return rsa;
    }
}
