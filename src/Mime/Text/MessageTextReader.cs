using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Text;

/// <summary>
/// Reads the text of a message from its bytes, as they arrive: all inline parts, but not attachments or attached
/// messages. Memory is bounded by the text kept. Accepts any input. One use per instance. Not thread-safe.
/// </summary>
public sealed class MessageTextReader
{
    /// <summary>Maximum number of characters kept of plain text, and of HTML.</summary>
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
