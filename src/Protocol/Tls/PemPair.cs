using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AgentPost.Protocol.Tls;

/// <summary>The content of two PEM files: a certificate, followed by its intermediates, and its private key.</summary>
/// <param name="Digest">Identifies the contents, because a path may lead through symbolic links that change.</param>
sealed record PemPair(string Certificate, string Key, string Digest)
{
    /// <summary>Reads both files. Throws IOException and UnauthorizedAccessException.</summary>
    public static PemPair Read(string certificatePath, string keyPath)
    {
        var (certificate, key) = (File.ReadAllText(certificatePath), File.ReadAllText(keyPath));
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{certificate}\0{key}"));
        return new(certificate, key, Convert.ToHexString(digest));
    }

    /// <summary>
    /// Parses the certificate with its key. Throws CryptographicException if one of them is invalid or they do not
    /// match.
    /// </summary>
    public X509Certificate2 Parse()
    {
        try
        {
            return X509Certificate2.CreateFromPem(Certificate, Key);
        }
        catch (ArgumentException mismatch)
        {
            throw new CryptographicException(
                $"The key does not belong to the certificate: {mismatch.Message}", mismatch);
        }
    }
}
