using System.Buffers;
using System.Text;

namespace AgentPost.Mime;

/// <summary>Reads the lexical elements of a structured, unfolded field value (RFC 5322 §3.2, RFC 2045 §5.1). Takes anything; what is not closed ends with the value.</summary>
ref struct FieldLexer(ReadOnlySpan<byte> text)
{
    // token := 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials>
    static readonly SearchValues<byte> TokenOctets =
        SearchValues.Create([.. Enumerable.Range(33, 94).Select(c => (byte)c).Where(c => !"()<>@,;:\\\"/[]?="u8.Contains(c))]);

    readonly ReadOnlySpan<byte> _text = text;
    int _next;

    public readonly bool AtEnd => _next >= _text.Length;

    /// <summary>The next octet; 0 at the end.</summary>
    public readonly byte Peek => AtEnd ? (byte)0 : _text[_next];

    public void Skip() => _next++;

    public bool TrySkip(char octet)
    {
        if (AtEnd || _text[_next] != octet)
        {
            return false;
        }
        _next++;
        return true;
    }

    /// <summary>Skips blanks and comments; the last comment is told, without its outer parentheses.</summary>
    public ReadOnlySpan<byte> SkipBlanks()
    {
        ReadOnlySpan<byte> comment = [];
        while (!AtEnd)
        {
            if (_text[_next] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                _next++;
            }
            else if (_text[_next] == '(')
            {
                comment = Comment();
            }
            else
            {
                break;
            }
        }
        return comment;
    }

    /// <summary>A token in upper case; empty when there is none here.</summary>
    public string Token() => Encoding.ASCII.GetString(TokenAsWritten()).ToUpperInvariant();

    public ReadOnlySpan<byte> TokenAsWritten()
    {
        var length = _text[_next..].IndexOfAnyExcept(TokenOctets);
        var token = length < 0 ? _text[_next..] : _text.Slice(_next, length);
        _next += token.Length;
        return token;
    }

    /// <summary>Everything up to one of the octets.</summary>
    public ReadOnlySpan<byte> Until(SearchValues<byte> octets)
    {
        var length = _text[_next..].IndexOfAny(octets);
        var taken = length < 0 ? _text[_next..] : _text.Slice(_next, length);
        _next += taken.Length;
        return taken;
    }

    // quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE
    /// <summary>The content of the quoted string that begins here, quoting removed.</summary>
    public ReadOnlySpan<byte> QuotedString() => Quoted((byte)'"');

    // domain-literal = "[" *([FWS] dtext) [FWS] "]"
    /// <summary>The domain literal that begins here, with its brackets.</summary>
    public ReadOnlySpan<byte> DomainLiteral()
    {
        var start = _next;
        Quoted((byte)']');
        return _text[start.._next];
    }

    ReadOnlySpan<byte> Quoted(byte end)
    {
        var start = ++_next;
        while (!AtEnd && _text[_next] != end)
        {
            _next += _text[_next] == '\\' ? 2 : 1;
        }
        _next = Math.Min(_next, _text.Length);
        var content = _text[start.._next];
        TrySkip((char)end);
        return Unquoting.Unquote(content);
    }

    // comment = "(" *([FWS] ccontent) [FWS] ")"
    ReadOnlySpan<byte> Comment()
    {
        var start = ++_next;
        for (var depth = 1; !AtEnd; _next++)
        {
            if (_text[_next] == '\\')
            {
                _next++;
            }
            else if (_text[_next] == '(')
            {
                depth++;
            }
            else if (_text[_next] == ')' && --depth == 0)
            {
                return _text[start.._next++];
            }
        }
        _next = _text.Length;
        return _text[Math.Min(start, _next)..];
    }
}
