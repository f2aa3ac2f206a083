using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>
/// Signs webhook requests, according to Standard Webhooks (standardwebhooks.com) and in AgentPost's earlier format.
/// </summary>
static class WebhookSignature
{
    const string SecretPrefix = "whsec_";

    /// <summary>
    /// Computes the header field <c>webhook-signature</c>: the version of the scheme, then the HMAC-SHA256 of
    /// <c>id.timestamp.body</c> in base64.
    /// </summary>
    /// <param name="secret"><c>whsec_</c> and the key in base64.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    public static string Sign(string secret, string id, string timestamp, ReadOnlySpan<byte> body) =>
        "v1," + Convert.ToBase64String(Hash(KeyOf(secret), $"{id}.{timestamp}.", body));

    /// <summary>
    /// Computes the header field <c>x-agentpost-signature</c>: the HMAC-SHA256 of <c>timestamp.body</c> in hexadecimal.
    /// The key is the text of the secret, including its prefix.
    /// </summary>
    public static string SignHex(string secret, string timestamp, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(Hash(Encoding.UTF8.GetBytes(secret), timestamp + ".", body));

    static byte[] Hash(byte[] key, string start, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(start));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    // Secrets of earlier versions are 43 letters and digits: base64 without padding.
    static byte[] KeyOf(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var key = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        return Convert.TryFromBase64String(padded, key, out var length) ? key[..length] : Encoding.UTF8.GetBytes(text);
    }
}
