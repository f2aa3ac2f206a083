using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// Decides which content of a tag, quote or comment without an end is read. Each call shortens the rest, so that
/// reading stays linear.
/// </summary>
static class UnclosedToken
{
    const string Comment = "<!--";
    const string CData = "<![CDATA[";

    /// <summary>
    /// Returns where to continue and where the window ends. All text after the opening of an unclosed comment is read;
    /// a tag with an unclosed quote ends at its first "&gt;"; a long attribute value loses its middle; anything else is
    /// skipped.
    /// </summary>
    public static (int Start, int Count) Skip(Span<char> window, int start, HtmlSource source, bool isLast)
    {
        var rest = window[start..];
        switch (source.EndState)
        {
            case HtmlTokenizerState.CommentStart or HtmlTokenizerState.CommentStartDash or HtmlTokenizerState.Comment or HtmlTokenizerState.CommentEndDash
                or HtmlTokenizerState.CommentEnd or HtmlTokenizerState.CommentEndBang:
                return (start + DisarmOpenings(rest, Comment), window.Length);
            case HtmlTokenizerState.CDataSection:
                return (start + DisarmOpenings(rest, CData), window.Length);
            case HtmlTokenizerState.AttributeValueQuoted or HtmlTokenizerState.CharacterReferenceInAttributeValue when rest.Contains('>'):
                return (start + rest.IndexOf('>') + 1, window.Length);
            case HtmlTokenizerState.AttributeValueQuoted or HtmlTokenizerState.AttributeValueUnquoted or HtmlTokenizerState.CharacterReferenceInAttributeValue
                when !isLast && source.ValueStart - start is > 0 and var value && value < rest.Length / 2:
                return (start, source.ValueStart);
            case HtmlTokenizerState.BogusComment or >= HtmlTokenizerState.DocType and <= HtmlTokenizerState.BogusDocType when !isLast:
                // It continues to the next ">".
                "<!_".CopyTo(rest[^3..]);
                return (window.Length - 3, window.Length);
            default:
                return (window.Length, window.Length);
        }
    }

    // The other openings are not closed either, and reading each of them would take quadratic time. Returns the length
    // of the first one.
    static int DisarmOpenings(Span<char> rest, string first)
    {
        foreach (var opening in (string[])[Comment, CData])
        {
            var next = rest;
            while (next.IndexOf(opening) is >= 0 and var at)
            {
                next[at + 2] = '_';
                next = next[(at + 3)..];
            }
        }
        return first.Length;
    }
}
