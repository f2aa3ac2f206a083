using System.Text;
using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>A complete message. Each write produces the same bytes if its files do.</summary>
public sealed class BuiltMessage
{
    // MimeKit writes a header field in several small pieces.
    const int BufferBytes = 64 * 1024;

    static readonly FormatOptions Crlf = new() { NewLineFormat = NewLineFormat.Dos };

    readonly MimeMessage _message;

    internal BuiltMessage(MimeMessage message, string messageId)
    {
        _message = message;
        MessageId = messageId;
        NeedsSmtpUtf8 = message.Headers.Any(header => !Ascii.IsValid(header.RawValue));
    }

    /// <summary>The Message-ID without angle brackets.</summary>
    public string MessageId { get; }

    /// <summary>
    /// True if the header has addresses or ids that are not ASCII (RFC 6532). Only some servers accept such messages.
    /// </summary>
    public bool NeedsSmtpUtf8 { get; }

    /// <summary>Writes the message with CRLF line ends. Reads and encodes files piece by piece.</summary>
    public async Task WriteToAsync(Stream output, CancellationToken cancellation)
    {
        // Do not dispose the buffer: that would also dispose the output, which belongs to the caller.
        var buffer = new BufferedStream(output, BufferBytes);
        await _message.WriteToAsync(Crlf, buffer, cancellation);
        await buffer.FlushAsync(cancellation);
    }
}
