using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// Tracks the open elements of HTML, to determine whether readers see the text in them. End tags and omitted end tags
/// are matched approximately as in browsers. Only the style attribute counts, not style sheets. Not thread-safe.
/// </summary>
sealed class OpenElements
{
    /// <summary>Maximum depth. Deeper elements are not tracked, and count as the innermost tracked one.</summary>
    const int MaxDepth = 256;

    readonly List<Element> _open = [];
    bool _hasStyleSheet;

    /// <summary>True if readers do not see text at this position.</summary>
    public bool IsHidden => _open.Count > 0 && _open[^1].Style.IsInvisible;

    public void Start(HtmlTagToken tag)
    {
        if (tag.Id == HtmlTagId.Style)
        {
            _hasStyleSheet = true;
        }
        if (tag.IsEmptyElement || IsVoid(tag.Id))
        {
            return;
        }
        CloseImplied(tag.Id);
        if (_open.Count < MaxDepth)
        {
            var style = ElementStyle.Of(tag, _open.Count > 0 ? _open[^1].Style : ElementStyle.Page, _hasStyleSheet);
            _open.Add(new(tag.Name, tag.Id, style));
        }
    }

    public void End(HtmlTagToken tag)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Name.Equals(tag.Name, StringComparison.OrdinalIgnoreCase))
            {
                _open.RemoveRange(i, _open.Count - i);
                return;
            }
        }
    }

    static bool IsVoid(HtmlTagId id) => id is HtmlTagId.Area or HtmlTagId.Base or HtmlTagId.Br or HtmlTagId.Col or HtmlTagId.Embed or HtmlTagId.HR or HtmlTagId.Image
        or HtmlTagId.Input or HtmlTagId.Link or HtmlTagId.Meta or HtmlTagId.Param or HtmlTagId.Source or HtmlTagId.Track or HtmlTagId.Wbr;

    // The end tags of these elements can be omitted: the next element ends them, within the same list or table.
    void CloseImplied(HtmlTagId id)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var open = _open[i].Id;
            var ends = id switch
            {
                HtmlTagId.LI => open == HtmlTagId.LI,
                HtmlTagId.TD or HtmlTagId.TH => open is HtmlTagId.TD or HtmlTagId.TH,
                HtmlTagId.TR => open == HtmlTagId.TR,
                HtmlTagId.DT or HtmlTagId.DD => open is HtmlTagId.DT or HtmlTagId.DD,
                HtmlTagId.P or HtmlTagId.Div or HtmlTagId.Table or HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.BlockQuote or HtmlTagId.Pre or HtmlTagId.HR
                    or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 => open == HtmlTagId.P,
                _ => false,
            };
            if (ends)
            {
                _open.RemoveRange(i, _open.Count - i);
                return;
            }
            if (open is HtmlTagId.Table or HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.DL or HtmlTagId.Div or HtmlTagId.BlockQuote
                || (open is HtmlTagId.TD or HtmlTagId.TH && id is not HtmlTagId.TR))
            {
                return;
            }
        }
    }

    readonly record struct Element(string Name, HtmlTagId Id, ElementStyle Style);
}
