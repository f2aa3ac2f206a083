using System.Buffers.Text;
using System.Text;

namespace AgentPost.Protocol.Sasl;

/// <summary>
/// One run of a SASL mechanism (RFC 4422), as a state machine over the client's lines. Independent of IMAP and SMTP.
/// Used once. Not thread-safe.
/// </summary>
public abstract class SaslExchange
{
    /// <summary>Maximum length in bytes of one line from the client, base64 included.</summary>
    public const int ResponseLimit = 12 * 1024;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private protected SaslExchange()
    {
    }

    /// <summary>
    /// The last challenge, which explains rejected credentials, or null if the mechanism has none. The client sends a
    /// response without meaning, and then the login fails (RFC 7628 §3.2.3).
    /// </summary>
    public virtual SaslChallenge? Refusal => null;

    /// <summary>Starts without an initial response.</summary>
    public SaslStep Start() => Begin();

    /// <summary>
    /// Starts with the initial response, as written in the command. <c>=</c> means an empty one (RFC 4954 §4).
    /// </summary>
    public SaslStep Start(ReadOnlySpan<byte> initialResponse)
    {
        Begin();
        return initialResponse.SequenceEqual("="u8) ? Accept([]) : Continue(initialResponse);
    }

    /// <summary>Processes the client's response to a challenge: base64 or <c>*</c>.</summary>
    public SaslStep Continue(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("*"u8))
        {
            return new SaslFailure(SaslFault.Aborted);
        }
        return TryDecode(line, out var response) ? Accept(response) : new SaslFailure(SaslFault.Malformed);
    }

    /// <summary>Returns the first challenge.</summary>
    private protected abstract SaslStep Begin();

    private protected abstract SaslStep Accept(ReadOnlySpan<byte> response);

    private protected static bool TryDecodeText(ReadOnlySpan<byte> octets, out string text)
    {
        text = "";
        try
        {
            text = StrictUtf8.GetString(octets);
            return !text.Contains('\0', StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    // Strict, because the platform's decoder would skip whitespace.
    static bool TryDecode(ReadOnlySpan<byte> line, out byte[] octets)
    {
        octets = [];
        if (line.Length > ResponseLimit || line.ContainsAny(" \t\r\n"u8))
        {
            return false;
        }
        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        if (Base64.DecodeFromUtf8(line, buffer, out var consumed, out var written) != System.Buffers.OperationStatus.Done || consumed != line.Length)
        {
            return false;
        }
        octets = buffer[..written];
        return true;
    }
}
