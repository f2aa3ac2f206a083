using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Html;

/// <summary>The charset that an HTML document names in itself, for one that its part's Content-Type does not tell.</summary>
static partial class HtmlCharset
{
    /// <summary>Looks through the beginning of a document. Null if it names none, or one that must be guessed.</summary>
    public static Encoding? Find(ReadOnlySpan<byte> beginning)
    {
        var match = Meta().Match(Encoding.Latin1.GetString(beginning));
        // A document in UTF-16 could not be read so far (HTML Standard, "prescan a byte stream").
        return match.Success && !match.Groups["name"].Value.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) ? Charsets.Find(match.Groups["name"].Value) : null;
    }

    // <meta charset=…>, <meta http-equiv=Content-Type content="text/html; charset=…">
    [GeneratedRegex("""<meta[\s/][^>]{0,300}?\bcharset\s*=\s*["']?\s*(?<name>[\w.:-]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Meta();
}
