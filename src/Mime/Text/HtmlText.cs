using System.Text;

namespace AgentPost.Mime;

/// <summary>
/// Makes readable text of HTML that arrives in pieces: reads tags, comments and character references in one pass and hands tags and characters to <see cref="HtmlLayout"/>.
/// It builds no tree and repairs nothing, but what was never closed (a quote, a comment, a tag) does not take the rest with it.
/// </summary>
sealed class HtmlText(StringBuilder output, HtmlDetail detail) : ITextFilter
{
    const int MaxReference = 32;

    /// <summary>A quoted value with "&gt;" in it that has not ended after so many characters is taken for one whose end is missing.</summary>
    const int MaxQuote = 4096;

    /// <summary>The same for comments.</summary>
    const int MaxComment = 1 << 16;

    // Elements whose content is not text to read.
    static readonly HashSet<string> Hidden = ["script", "style", "title", "template"];

    readonly HtmlLayout _layout = new(output, detail);
    readonly HtmlTag _tag = new();
    readonly StringBuilder _reference = new();

    // What came since the quote or the comment began, to be read again if it has no end.
    readonly StringBuilder _held = new();
    Place _place;
    string? _hidden;
    char _quote;
    int _dashes;
    bool _readsAgain;

    enum Place : byte
    {
        Text,
        Reference,
        TagStart,
        TagName,
        Attributes,
        AttributeName,
        ValueStart,
        Value,
        QuotedValue,
        Declaration,
        Comment,
    }

    public void Write(ReadOnlySpan<char> html)
    {
        foreach (var c in html)
        {
            Read(c);
        }
    }

    public void Complete()
    {
        if (_place == Place.Reference)
        {
            EndReference();
        }
        else if (_place == Place.TagStart)
        {
            Append('<');
        }
        // Twice, for a quote of the other kind in what is read again.
        for (var i = 0; i < 2 && _place is Place.QuotedValue or Place.Comment; i++)
        {
            ReadHeldAgain();
        }
    }

    void Read(char c)
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
            case Place.QuotedValue:
                ReadQuotedValue(c);
                break;
            case Place.Declaration:
                ReadDeclaration(c);
                break;
            case Place.Comment:
                ReadComment(c);
                break;
            default:
                ReadAttributes(c);
                break;
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
        foreach (var c in HtmlReferences.Decode(_reference.ToString()))
        {
            Append(c);
        }
        _reference.Clear();
    }

    void ReadTagStart(char c)
    {
        if (c == '!' && _hidden is null)
        {
            _dashes = 0;
            _tag.Clear();
            _tag.EndName();
            _place = Place.Declaration;
        }
        else if (c == '/' && !_tag.IsEnd)
        {
            _tag.Clear();
            _tag.IsEnd = true;
        }
        else if (c == '?' || char.IsAsciiLetter(c))
        {
            var isEnd = _tag.IsEnd;
            _tag.Clear();
            _tag.IsEnd = isEnd;
            _tag.AppendName(c);
            _place = Place.TagName;
        }
        else
        {
            EndAsText(c);
        }
    }

    // "<" that began no tag
    void EndAsText(char c)
    {
        _place = Place.Text;
        Append('<');
        if (_tag.IsEnd)
        {
            Append('/');
        }
        foreach (var letter in _tag.RawName)
        {
            Append(letter);
        }
        _tag.Clear();
        ReadText(c);
    }

    void ReadTagName(char c)
    {
        if (char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.')
        {
            if (_tag.NameLength <= HtmlTag.MaxName)
            {
                _tag.AppendName(c);
            }
            return;
        }
        if (!char.IsWhiteSpace(c) && c is not ('/' or '>' or '<' or '"' or '\''))
        {
            // <john@example.com> that somebody forgot to escape
            EndAsText(c);
            return;
        }
        _tag.EndName();
        // Within a script "<" is an operator: only its own end tag counts, and what shows that this is missing.
        _place = _hidden is null || EndsHidden() ? Place.Attributes : Place.Text;
        if (_place == Place.Attributes)
        {
            ReadAttributes(c);
        }
        else
        {
            _tag.Clear();
            ReadText(c);
        }
    }

    bool EndsHidden() => _tag.IsEnd ? _tag.Name == _hidden || _tag.Name == "head" : _tag.Name == "body";

    void ReadAttributes(char c)
    {
        if (c is '>' or '<')
        {
            // "<" begins the next tag: the end of this one is missing.
            EndTag();
            _place = c == '<' ? Place.TagStart : Place.Text;
            return;
        }
        if (c is '"' or '\'' && _place is Place.ValueStart or Place.Attributes)
        {
            _quote = c;
            _held.Clear();
            _place = Place.QuotedValue;
            return;
        }
        var isBlank = char.IsWhiteSpace(c);
        _tag.IsSelfClosing = c == '/';
        switch (_place)
        {
            case Place.Attributes when c == '=':
                _place = Place.ValueStart;
                break;
            case Place.Attributes when !isBlank && c != '/':
                _tag.EndAttribute();
                _tag.AppendAttribute(c);
                _place = Place.AttributeName;
                break;
            case Place.AttributeName:
                _place = c == '=' ? Place.ValueStart : isBlank ? Place.Attributes : Place.AttributeName;
                if (_place == Place.AttributeName)
                {
                    _tag.AppendAttribute(c);
                }
                break;
            case Place.ValueStart or Place.Value when !isBlank:
                _tag.AppendValue(c);
                _place = Place.Value;
                break;
            case Place.Value:
                _tag.EndAttribute();
                _place = Place.Attributes;
                break;
        }
    }

    void ReadQuotedValue(char c)
    {
        if (c == _quote)
        {
            _tag.EndAttribute();
            _place = Place.Attributes;
            return;
        }
        if (_held.Length == MaxQuote)
        {
            if (c == '>')
            {
                EndTag();
                _place = Place.Text;
            }
            return;
        }
        _tag.AppendValue(c);
        _held.Append(c);
        if (_held.Length == MaxQuote && _held.ToString().Contains('>'))
        {
            ReadHeldAgain();
        }
    }

    void EndTag()
    {
        _place = Place.Text;
        _tag.EndAttribute();
        if (_hidden is not null)
        {
            _hidden = null;
        }
        else if (!_tag.IsEnd && !_tag.IsSelfClosing && Hidden.Contains(_tag.Name))
        {
            _hidden = _tag.Name;
        }
        _layout.Tag(_tag);
        _tag.Clear();
    }

    // "<!" opens a comment when two dashes follow.
    void ReadDeclaration(char c)
    {
        if (c == '-' && ++_dashes == 2 && !_readsAgain)
        {
            _held.Clear();
            _place = Place.Comment;
        }
        else if (c == '>')
        {
            _place = Place.Text;
            _tag.Clear();
        }
    }

    // The dashes of the beginning count for the end: <!-->
    void ReadComment(char c)
    {
        if (c == '>' && _dashes >= 2)
        {
            _place = Place.Text;
            return;
        }
        _dashes = c == '-' ? _dashes + 1 : 0;
        _held.Append(c);
        if (_held.Length == MaxComment)
        {
            ReadHeldAgain();
        }
    }

    // The tag ends at its first ">"; of a comment all is read as if it were none.
    void ReadHeldAgain()
    {
        var held = _held.ToString();
        _held.Clear();
        var start = 0;
        if (_place == Place.QuotedValue)
        {
            start = held.IndexOf('>') + 1;
            if (start == 0)
            {
                _place = Place.Text;
                return;
            }
            _tag.Clear();
        }
        var isComment = _place == Place.Comment;
        _place = Place.Text;
        _readsAgain |= isComment;
        Write(held.AsSpan(start));
        _readsAgain &= !isComment;
    }

    void Append(char c)
    {
        if (_hidden is null)
        {
            _layout.Character(c);
        }
    }
}
