using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Decodes encoded words (RFC 2047) wherever they stand. Blanks between two of them vanish, and a character that is spread over two of one charset becomes whole, as
/// many senders cut it so.
/// </summary>
static class EncodedWords
{
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("=?"u8) < 0)
        {
            return Charsets.Decode(null, text);
        }
        var decoder = new EncodedWordDecoder(text);
        return decoder.Decode();
    }
}
