using System.Globalization;
using System.Text;

namespace AgentPost.Mime;

/// <summary>
/// Sets the characters of HTML into lines: blanks collapse, blocks begin lines, cells are kept apart, what is quoted is marked with "&gt;" as in plain text. Only looks
/// ahead, never back, so that the output may be taken away at any time.
/// </summary>
sealed class HtmlLayout(StringBuilder output, HtmlDetail detail)
{
    const int MaxDepth = 64;

    static readonly HashSet<string> Blocks =
    [
        "address", "article", "aside", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "figcaption", "footer", "form", "header", "hr", "li", "main", "nav",
        "section", "table", "tbody", "tfoot", "thead", "tr",
    ];

    static readonly HashSet<string> Paragraphs = ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul"];

    readonly HtmlLink _link = new();

    // Whether each open blockquote is a quote: mail also indents with it.
    readonly Stack<bool> _blockquotes = new();

    // The number of the last item of each open list; negative where there are no numbers.
    readonly Stack<int> _lists = new();

    int _quoteDepth;
    int _preformatted;
    int _breaks;
    string _mark = "";
    char _blank;
    bool _isEmpty = true;
    bool _isLineStart = true;

    public void Character(char c)
    {
        if (!char.IsWhiteSpace(c))
        {
            Visible(c);
        }
        else if (_preformatted == 0)
        {
            Blank(' ');
        }
        else if (c == '\n')
        {
            Break(_breaks + 1);
        }
        else if (c != '\r')
        {
            Visible(' ');
        }
    }

    public void Tag(HtmlTag tag)
    {
        var name = tag.Name;
        if (name == "br")
        {
            Break(_breaks + 1);
        }
        else if (Paragraphs.Contains(name))
        {
            Break(_lists.Count > 0 && name is "ul" or "ol" or "p" ? 1 : 2);
        }
        else if (Blocks.Contains(name))
        {
            Break(Math.Max(_breaks, 1));
        }
        else if (name is "td" or "th" && !tag.IsEnd)
        {
            Blank('\t');
        }
        if (tag.IsEnd)
        {
            End(name);
        }
        else
        {
            Start(name, tag);
        }
    }

    void Start(string name, HtmlTag tag)
    {
        switch (name)
        {
            case "blockquote" when _blockquotes.Count < MaxDepth:
                // Gmail indents with one that has no border.
                var isQuote = tag.Style?.Contains("border:none", StringComparison.OrdinalIgnoreCase) is not true;
                _blockquotes.Push(isQuote);
                _quoteDepth += isQuote ? 1 : 0;
                break;
            case "ul" or "ol" when _lists.Count < MaxDepth:
                _lists.Push(name == "ol" ? 0 : -1);
                break;
            case "li":
                StartItem();
                break;
            case "pre":
                _preformatted++;
                break;
            case "a":
                _link.Begin(tag.Href);
                break;
            case "img" when tag.Alt is { } alt:
                Alternative(alt);
                break;
        }
    }

    void End(string name)
    {
        switch (name)
        {
            case "blockquote" when _blockquotes.TryPop(out var isQuote):
                _quoteDepth -= isQuote ? 1 : 0;
                break;
            case "ul" or "ol":
                _lists.TryPop(out _);
                break;
            case "pre" when _preformatted > 0:
                _preformatted--;
                break;
            case "a" when detail == HtmlDetail.Reading && _link.End() is { } address:
                Blank(' ');
                foreach (var c in address)
                {
                    Visible(c);
                }
                break;
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
        foreach (var c in alt)
        {
            Character(c);
        }
        Blank(' ');
    }

    // At most one line stays empty.
    void Break(int breaks) => _breaks = Math.Max(_breaks, Math.Min(breaks, detail == HtmlDetail.Reading ? 2 : 1));

    // Cells are kept apart by a tab, which stays among other blanks.
    void Blank(char blank)
    {
        if (_blank != '\t')
        {
            _blank = detail == HtmlDetail.Words ? ' ' : blank;
        }
    }

    void Visible(char c)
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
            _link.Append(' ');
        }
        output.Append(c);
        _link.Append(c);
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
