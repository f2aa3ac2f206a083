using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Decodes encoded words (RFC 2047) at any position. Drops whitespace between two of them, and joins a character that
/// is split over two words of the same charset, because many senders split it like this.
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
