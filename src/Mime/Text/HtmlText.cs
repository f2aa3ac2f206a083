using System.Net;
using System.Text;

namespace AgentPost.Mime;

/// <summary>
/// Makes readable text of HTML that arrives in pieces: drops tags, comments, scripts and styles, decodes character references, ends lines where blocks end. It builds no tree
/// and repairs nothing.
/// </summary>
sealed class HtmlText(StringBuilder output)
{
    const int MaxReference = 32;
    const int MaxName = 16;

    static readonly HashSet<string> Blocks =
    [
        "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "li", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul",
    ];

    // Elements whose content is not text to read.
    static readonly HashSet<string> Hidden = ["script", "style", "title"];

    readonly StringBuilder _name = new();
    readonly StringBuilder _reference = new();
    Place _place;
    string? _hidden;
    char _quote;
    int _dashes;
    bool _blank = true;

    enum Place : byte
    {
        Text,
        Reference,
        TagStart,
        TagName,
        Attributes,
        AttributeQuote,
        Declaration,
        Comment,
    }

    public void Write(ReadOnlySpan<char> html)
    {
        foreach (var c in html)
        {
            switch (_place)
            {
                case Place.Text:
                    ReadText(c);
                    break;
                case Place.Reference:
                    ReadReference(c);
                    break;
                case Place.TagStart:
                    ReadTagStart(c);
                    break;
                case Place.TagName:
                    ReadTagName(c);
                    break;
                case Place.Attributes:
                    ReadAttributes(c);
                    break;
                case Place.AttributeQuote:
                    _place = c == _quote ? Place.Attributes : Place.AttributeQuote;
                    break;
                case Place.Declaration:
                    ReadDeclaration(c);
                    break;
                default:
                    ReadComment(c);
                    break;
            }
        }
    }

    public void Complete()
    {
        if (_place == Place.Reference)
        {
            EndReference();
        }
    }

    void ReadText(char c)
    {
        if (c == '<')
        {
            _place = Place.TagStart;
        }
        else if (c == '&' && _hidden is null)
        {
            _place = Place.Reference;
        }
        else
        {
            Append(c);
        }
    }

    void ReadReference(char c)
    {
        if (c == ';')
        {
            _reference.Append(c);
            EndReference();
        }
        else if ((char.IsAsciiLetterOrDigit(c) || c == '#') && _reference.Length < MaxReference)
        {
            _reference.Append(c);
        }
        else
        {
            EndReference();
            ReadText(c);
        }
    }

    void EndReference()
    {
        _place = Place.Text;
        foreach (var c in WebUtility.HtmlDecode($"&{_reference}"))
        {
            Append(c);
        }
        _reference.Clear();
    }

    void ReadTagStart(char c)
    {
        _name.Clear();
        if (c == '!' && _hidden is null)
        {
            _dashes = 0;
            _place = Place.Declaration;
        }
        else if (c is '/' or '?' || char.IsAsciiLetter(c))
        {
            _place = Place.TagName;
            _name.Append(char.ToLowerInvariant(c));
        }
        else
        {
            _place = Place.Text;
            Append('<');
            ReadText(c);
        }
    }

    void ReadTagName(char c)
    {
        if (char.IsAsciiLetterOrDigit(c))
        {
            if (_name.Length <= MaxName)
            {
                _name.Append(char.ToLowerInvariant(c));
            }
            return;
        }
        // Within a script "<" is an operator: only its own end tag counts.
        _place = _hidden is null || IsEndOfHidden() ? Place.Attributes : Place.Text;
        if (_place == Place.Attributes)
        {
            ReadAttributes(c);
        }
        else
        {
            ReadText(c);
        }
    }

    bool IsEndOfHidden() => _name.Length > 0 && _name[0] == '/' && _name.ToString(1, _name.Length - 1) == _hidden;

    void ReadAttributes(char c)
    {
        if (c is '"' or '\'')
        {
            _quote = c;
            _place = Place.AttributeQuote;
        }
        else if (c == '>')
        {
            EndTag();
        }
    }

    void EndTag()
    {
        _place = Place.Text;
        var isEnd = _name.Length > 0 && _name[0] == '/';
        var name = _name.ToString(isEnd ? 1 : 0, _name.Length - (isEnd ? 1 : 0));
        _hidden = !isEnd && Hidden.Contains(name) ? name : null;
        if (Blocks.Contains(name) && !_blank)
        {
            output.Append('\n');
            _blank = true;
        }
    }

    // "<!" opens a comment when two dashes follow.
    void ReadDeclaration(char c)
    {
        if (c == '-' && ++_dashes == 2)
        {
            _place = Place.Comment;
            _dashes = 0;
        }
        else if (c != '-')
        {
            _place = Place.Attributes;
            ReadAttributes(c);
        }
    }

    void ReadComment(char c)
    {
        if (c == '>' && _dashes >= 2)
        {
            _place = Place.Text;
        }
        _dashes = c == '-' ? _dashes + 1 : 0;
    }

    void Append(char c)
    {
        if (_hidden is not null)
        {
            return;
        }
        if (char.IsWhiteSpace(c))
        {
            if (!_blank)
            {
                output.Append(' ');
                _blank = true;
            }
            return;
        }
        output.Append(c);
        _blank = false;
    }
}
