using System.Globalization;
using System.Text;

namespace AgentPost.Mime;

/// <summary>
/// Makes text of other servers fit for the fields of a report, which are ASCII. It is not refused as elsewhere, because a report must come out whatever a server answered.
/// </summary>
static class ReportText
{
    const int MaxChars = 4000;
    const int MaxWordChars = 500;

    /// <summary>Line ends and controls become blanks, rows of blanks one; other characters "?".</summary>
    public static string Clean(string text) => Join(text, rune => "?");

    /// <summary>As <see cref="Clean"/>, but a character beyond ASCII is told by its number: utf-8-addr-xtext (RFC 6533 §3).</summary>
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
            _ = Rune.IsControl(rune) ? clean.Append(' ') : rune.IsAscii ? clean.Append((char)rune.Value) : clean.Append(beyondAscii(rune));
            if (clean.Length >= MaxChars)
            {
                break;
            }
        }
        var words = clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.SelectMany(word => word.Chunk(MaxWordChars)).Select(chars => new string(chars)));
    }
}
