using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Text;

/// <summary>
/// Reads the text of a message from its octets, as they arrive: all parts that are to be read in place, not attachments nor messages within. Memory is bounded by the
/// text kept; no input makes it fail. Used once, by one thread.
/// </summary>
public sealed class MessageTextReader
{
    /// <summary>Characters kept of plain text, and of HTML.</summary>
    public const int MaxChars = 1 << 20;

    readonly BodyTexts _texts = new();
    readonly MimeScanner _scanner;

    public MessageTextReader()
    {
        _scanner = new MimeScanner(_texts);
    }

    public void Write(ReadOnlySpan<byte> octets) => _scanner.Write(octets);

    /// <summary>Ends the message. Call once.</summary>
    public MessageText Complete()
    {
        _scanner.Complete();
        return _texts.Result();
    }
}
