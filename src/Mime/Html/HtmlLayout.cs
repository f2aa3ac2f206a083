using System.Buffers;
using System.Globalization;
using System.Text;
using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// Arranges HTML text in lines: collapses whitespace, starts lines at blocks, separates cells, and marks quotes with
/// "&gt;" as in plain text. Never reads back its output, so the caller may remove the output at any time.
/// </summary>
/// <param name="links">Receives the links, at most <see cref="MaxLinks"/>. Null if they are not needed.</param>
/// <param name="hidden">Receives the text that readers do not see. Null if it is not needed.</param>
sealed class HtmlLayout(StringBuilder output, HtmlDetail detail, List<HtmlLinkText>? links, HiddenText? hidden)
{
    const int MaxDepth = 64;
    const int MaxValue = 2048;

    // Login links can be longer than other values.
    const int MaxAddress = 8192;
    const int MaxLinks = 10_000;

    static readonly SearchValues<char> WhiteSpace = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(char.IsWhiteSpace)]);

    readonly HtmlLink _link = new();
    readonly OpenElements _elements = new();

    // For each open blockquote, true if it is a quote: mail also uses blockquotes to indent.
    readonly Stack<bool> _blockquotes = new();

    // The number of the last item of each open list; negative for lists without numbers.
    readonly Stack<int> _lists = new();

    int _quoteDepth;
    int _preformatted;
    int _breaks;
    string _mark = "";
    char _blank;
    bool _isEmpty = true;
    bool _isLineStart = true;

    public void Text(ReadOnlySpan<char> text)
    {
        if (_elements.IsHidden)
        {
            hidden?.Append(text);
            return;
        }
        while (!text.IsEmpty)
        {
            var length = text.IndexOfAny(WhiteSpace);
            length = length < 0 ? text.Length : length;
            if (length > 0)
            {
                Visible(text[..length]);
            }
            if (length < text.Length)
            {
                White(text[length]);
                length++;
            }
            text = text[length..];
        }
    }

    void White(char c)
    {
        if (_preformatted == 0)
        {
            Blank(' ');
        }
        else if (c == '\n')
        {
            Break(_breaks + 1);
        }
        else if (c != '\r')
        {
            Visible(" ");
        }
    }

    public void Tag(HtmlTagToken tag)
    {
        var id = tag.Id;
        if (id == HtmlTagId.Br)
        {
            Break(_breaks + 1);
        }
        else if (IsParagraph(id))
        {
            Break(_lists.Count > 0 && id is HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.P ? 1 : 2);
        }
        else if (IsBlock(id))
        {
            Break(Math.Max(_breaks, 1));
        }
        else if (id is HtmlTagId.TD or HtmlTagId.TH && !tag.IsEndTag)
        {
            Blank('\t');
        }
        if (tag.IsEndTag)
        {
            End(id);
            _elements.End(tag);
        }
        else
        {
            _elements.Start(tag);
            Start(id, tag);
        }
        hidden?.Break();
    }

    static bool IsParagraph(HtmlTagId id) => id is HtmlTagId.BlockQuote or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6
        or HtmlTagId.OL or HtmlTagId.P or HtmlTagId.Pre or HtmlTagId.UL;

    static bool IsBlock(HtmlTagId id) => id is HtmlTagId.Address or HtmlTagId.Article or HtmlTagId.Aside or HtmlTagId.Body or HtmlTagId.Center or HtmlTagId.DD or HtmlTagId.Div
        or HtmlTagId.DL or HtmlTagId.DT or HtmlTagId.FieldSet or HtmlTagId.Figure or HtmlTagId.FigCaption or HtmlTagId.Footer or HtmlTagId.Form or HtmlTagId.Header
        or HtmlTagId.HR or HtmlTagId.LI or HtmlTagId.Main or HtmlTagId.Nav or HtmlTagId.Section or HtmlTagId.Table or HtmlTagId.TBody or HtmlTagId.Tfoot or HtmlTagId.THead
        or HtmlTagId.TR;

    void Start(HtmlTagId id, HtmlTagToken tag)
    {
        switch (id)
        {
            case HtmlTagId.BlockQuote when _blockquotes.Count < MaxDepth:
                // Gmail indents with blockquotes that have no border.
                var isQuote = Value(tag, HtmlAttributeId.Style)?.Contains("border:none", StringComparison.OrdinalIgnoreCase) is not true;
                _blockquotes.Push(isQuote);
                _quoteDepth += isQuote ? 1 : 0;
                break;
            case HtmlTagId.UL or HtmlTagId.OL when _lists.Count < MaxDepth:
                _lists.Push(id == HtmlTagId.OL ? 0 : -1);
                break;
            case HtmlTagId.LI when !_elements.IsHidden:
                StartItem();
                break;
            case HtmlTagId.Pre:
                _preformatted++;
                break;
            case HtmlTagId.A:
                // A new link ends an open one.
                KeepLink();
                _link.Begin(_elements.IsHidden ? null : Value(tag, HtmlAttributeId.Href, MaxAddress));
                break;
            case HtmlTagId.Image when Value(tag, HtmlAttributeId.Alt) is { } alt:
                Alternative(alt);
                break;
        }
    }

    // The first of two attributes with the same name counts, as in browsers. Long values (images inside the message)
    // are ignored.
    static string? Value(HtmlTagToken tag, HtmlAttributeId id, int most = MaxValue)
    {
        for (var i = 0; i < tag.Attributes.Count; i++)
        {
            if (tag.Attributes[i].Id == id)
            {
                return tag.Attributes[i].Value is { Length: > 0 } value && value.Length <= most ? value : null;
            }
        }
        return null;
    }

    void End(HtmlTagId id)
    {
        switch (id)
        {
            case HtmlTagId.BlockQuote when _blockquotes.TryPop(out var isQuote):
                _quoteDepth -= isQuote ? 1 : 0;
                break;
            case HtmlTagId.UL or HtmlTagId.OL:
                _lists.TryPop(out _);
                break;
            case HtmlTagId.Pre when _preformatted > 0:
                _preformatted--;
                break;
            case HtmlTagId.A:
                KeepLink();
                if (_link.End() is { } address && detail == HtmlDetail.Reading && !_elements.IsHidden)
                {
                    Blank(' ');
                    Visible(address);
                }
                break;
        }
    }

    /// <summary>Ends the text.</summary>
    public void Complete() => KeepLink();

    void KeepLink()
    {
        if (links is { Count: < MaxLinks } && _link.Current is { } link)
        {
            links.Add(link);
        }
    }

    void StartItem()
    {
        var number = -1;
        if (_lists.TryPop(out var last))
        {
            number = last < 0 ? last : last + 1;
            _lists.Push(number);
        }
        if (detail == HtmlDetail.Reading)
        {
            _mark = number < 0 ? "- " : string.Create(CultureInfo.InvariantCulture, $"{number}. ");
        }
    }

    void Alternative(string alt)
    {
        Blank(' ');
        Text(alt);
        Blank(' ');
    }

    // At most one line stays empty.
    void Break(int breaks) => _breaks = Math.Max(_breaks, Math.Min(breaks, detail == HtmlDetail.Reading ? 2 : 1));

    // Cells are separated by a tab, which is kept among other whitespace.
    void Blank(char blank)
    {
        if (_blank != '\t')
        {
            _blank = detail == HtmlDetail.Words ? ' ' : blank;
        }
    }

    void Visible(ReadOnlySpan<char> word)
    {
        if (_breaks > 0 && !_isEmpty)
        {
            output.Append('\n', _breaks);
            _isLineStart = true;
        }
        if (_isLineStart)
        {
            StartLine();
        }
        else if (_blank != '\0')
        {
            output.Append(_blank);
            _link.Append(" ");
        }
        output.Append(word);
        _link.Append(word);
        _breaks = 0;
        _blank = '\0';
        _isEmpty = _isLineStart = false;
    }

    void StartLine()
    {
        if (_quoteDepth > 0)
        {
            output.Append('>', _quoteDepth).Append(' ');
        }
        output.Append(_mark);
        _mark = "";
    }
}
