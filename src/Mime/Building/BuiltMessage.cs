namespace AgentPost.Mime;

/// <summary>A message that <see cref="MessageBuilder"/> found to be in order. Every writing of it gives the same octets as long as its files do.</summary>
public sealed class BuiltMessage
{
    readonly Entity _root;

    internal BuiltMessage(Entity root, string messageId, bool needsSmtpUtf8)
    {
        _root = root;
        MessageId = messageId;
        NeedsSmtpUtf8 = needsSmtpUtf8;
    }

    /// <summary>Without angle brackets.</summary>
    public string MessageId { get; }

    /// <summary>There are addresses or ids beyond ASCII in the header (RFC 6532), which only some servers take.</summary>
    public bool NeedsSmtpUtf8 { get; }

    /// <summary>Writes the message with CRLF line ends. Files are read and encoded a piece at a time.</summary>
    public Task WriteToAsync(Stream output, CancellationToken cancellation) => _root.WriteAsync(output, cancellation);
}
