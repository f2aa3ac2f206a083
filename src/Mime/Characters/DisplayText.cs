using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Characters;

/// <summary>Cleans the text of a header field for display on one line.</summary>
static class DisplayText
{
    // Control characters, and the separators of lines and paragraphs.
    static readonly SearchValues<char> Breaking =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>
    /// Returns text that can be stored. Decoding can produce line ends, which do not start a new line (RFC 2047 §6.2):
    /// each run of control characters becomes a space; none remain at the ends.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Breaking))
        {
            return StorableText.Clean(text);
        }
        var line = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Breaking) is >= 0 and var end)
        {
            line.Append(rest[..end]).Append(' ');
            var next = rest[end..].IndexOfAnyExcept(Breaking);
            rest = next < 0 ? [] : rest[(end + next)..];
        }
        return StorableText.Clean(line.Append(rest).ToString().Trim());
    }
}
