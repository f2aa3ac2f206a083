using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Html;

/// <summary>
/// Finds the charset that an HTML document declares, for a part whose Content-Type does not declare one.
/// </summary>
static partial class HtmlCharset
{
    /// <summary>
    /// Searches the start of a document. Returns null if it declares no charset, or one that must be guessed.
    /// </summary>
    public static Encoding? Find(ReadOnlySpan<byte> beginning)
    {
        var match = Meta().Match(Encoding.Latin1.GetString(beginning));
        // A document in UTF-16 would not be readable up to here (HTML Standard, "prescan a byte stream").
        return match.Success && !match.Groups["name"].Value.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) ? Charsets.Find(match.Groups["name"].Value) : null;
    }

    // <meta charset=…>, <meta http-equiv=Content-Type content="text/html; charset=…">
    [GeneratedRegex("""<meta[\s/][^>]{0,300}?\bcharset\s*=\s*["']?\s*(?<name>[\w.:-]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Meta();
}
