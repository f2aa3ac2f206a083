using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Composing;

/// <summary>
/// Converts text of remote servers for the fields of a DSN, which are ASCII. Unlike other values, it is never rejected,
/// because a DSN must be sent whatever the server replied.
/// </summary>
static class ReportText
{
    const int MaxChars = 4000;
    const int MaxWordChars = 500;

    /// <summary>
    /// Replaces line ends and control characters with spaces, and joins adjacent spaces. Replaces non-ASCII characters
    /// with "?".
    /// </summary>
    public static string Clean(string text) => Join(text, rune => "?");

    /// <summary>
    /// Same as <see cref="Clean"/>, but writes the code points of non-ASCII characters: utf-8-addr-xtext (RFC 6533 §3).
    /// </summary>
    public static string Address(string text)
    {
        var isAscii = Ascii.IsValid(text);
        var named = isAscii ? text : text.Replace("rfc822;", "utf-8;", StringComparison.OrdinalIgnoreCase);
        return Join(named, rune => $"\\x{{{rune.Value.ToString("X2", CultureInfo.InvariantCulture)}}}");
    }

    static string Join(string text, Func<Rune, string> beyondAscii)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Rune.IsControl(rune) ? clean.Append(' ')
                : rune.IsAscii ? clean.Append((char)rune.Value)
                : clean.Append(beyondAscii(rune));
            if (clean.Length >= MaxChars)
            {
                break;
            }
        }
        var words = clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.SelectMany(word => word.Chunk(MaxWordChars)).Select(chars => new string(chars)));
    }
}
