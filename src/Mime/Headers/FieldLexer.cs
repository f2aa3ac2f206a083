using System.Buffers;
using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Reads the lexical elements of a structured, unfolded field value (RFC 5322 §3.2, RFC 2045 §5.1). Accepts any input;
/// an unclosed element ends with the value.
/// </summary>
ref struct FieldLexer(ReadOnlySpan<byte> text)
{
    // token := 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials>
    static readonly SearchValues<byte> TokenOctets =
        SearchValues.Create([.. Enumerable.Range(33, 94).Select(c => (byte)c).Where(c => !"()<>@,;:\\\"/[]?="u8.Contains(c))]);

    // Characters that delimit an address.
    static readonly SearchValues<byte> WordEdges = SearchValues.Create(" \t\r\n,;:<>()[]\"@"u8);

    readonly ReadOnlySpan<byte> _text = text;
    int _next;

    public readonly int Position => _next;

    public readonly bool AtEnd => _next >= _text.Length;

    /// <summary>The next byte; 0 at the end.</summary>
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

    /// <summary>Skips whitespace and comments.</summary>
    public void SkipBlanks()
    {
        SkipSpace();
        while (Peek == '(')
        {
            Comment();
            SkipSpace();
        }
    }

    public void SkipSpace()
    {
        while (!AtEnd && _text[_next] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _next++;
        }
    }

    /// <summary>Reads a token, in upper case; empty if there is none at this position.</summary>
    public string Token() => Encoding.ASCII.GetString(TokenAsWritten()).ToUpperInvariant();

    public ReadOnlySpan<byte> TokenAsWritten()
    {
        var length = _text[_next..].IndexOfAnyExcept(TokenOctets);
        var token = length < 0 ? _text[_next..] : _text.Slice(_next, length);
        _next += token.Length;
        return token;
    }

    /// <summary>Reads up to one of the bytes; Japanese characters count as one piece.</summary>
    public ReadOnlySpan<byte> Until(SearchValues<byte> octets)
    {
        var start = _next;
        var end = start;
        while (true)
        {
            if (_next >= end)
            {
                var length = _text[_next..].IndexOfAny(octets);
                end = length < 0 ? _text.Length : _next + length;
            }
            var escape = _text[_next..end].IndexOf(Charsets.Escape);
            if (escape < 0)
            {
                _next = end;
                return _text[start..end];
            }
            _next += escape;
            _next += JapaneseLength(_text[_next..]);
        }
    }

    // ISO-2022-JP (RFC 1468): "ESC $ B" characters "ESC ( B". Its bytes have the values of ASCII characters, including
    // quotes and brackets.
    static int JapaneseLength(ReadOnlySpan<byte> text)
    {
        if (text is [Charsets.Escape, (byte)'(', _, ..])
        {
            return 3;
        }
        var end = text is [Charsets.Escape, (byte)'$', _, ..] ? text[1..].IndexOf(Charsets.Escape) + 1 : 0;
        return Math.Max(1, end);
    }

    // The length of the next byte together with the bytes that belong to it.
    static int StepLength(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'\\' => 2,
        Charsets.Escape => JapaneseLength(text),
        _ => 1,
    };

    /// <summary>
    /// True if the quoted string, comment or domain literal that starts here is closed before the value ends.
    /// </summary>
    public readonly bool IsClosed()
    {
        var rest = _text[_next..];
        var (open, close) = (rest[0], rest[0] switch { (byte)'(' => (byte)')', (byte)'[' => (byte)']', var quote => quote });
        var depth = 1;
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == close && --depth == 0)
            {
                return true;
            }
            depth += rest[i] == open && open == '(' ? 1 : 0;
            i += StepLength(rest[i..]) - 1;
        }
        return false;
    }

    /// <summary>
    /// Reads up to where an address clearly begins: the word around the next "@", with the angle bracket before it.
    /// Without such a word, reads to the end.
    /// </summary>
    public ReadOnlySpan<byte> UntilAddress()
    {
        var rest = _text[_next..];
        for (var at = rest.IndexOf((byte)'@'); at >= 0; at = NextAt(rest, at))
        {
            var word = rest[..at].LastIndexOfAny(WordEdges) + 1;
            if (word < at && at + 1 < rest.Length && !WordEdges.Contains(rest[at + 1]))
            {
                var before = rest[..(word > 0 && rest[word - 1] == '<' ? word - 1 : word)];
                _next += before.Length;
                return before;
            }
        }
        _next = _text.Length;
        return rest;
    }

    static int NextAt(ReadOnlySpan<byte> text, int at)
    {
        var next = text[(at + 1)..].IndexOf((byte)'@');
        return next < 0 ? -1 : at + 1 + next;
    }

    // quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE
    /// <summary>Reads the quoted string that starts here. Returns its content, without quoting.</summary>
    public ReadOnlySpan<byte> QuotedString() => Quoted((byte)'"');

    // domain-literal = "[" *([FWS] dtext) [FWS] "]"
    /// <summary>Reads the domain literal that starts here, with its brackets.</summary>
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
            _next += StepLength(_text[_next..]);
        }
        _next = Math.Min(_next, _text.Length);
        var content = _text[start.._next];
        TrySkip((char)end);
        return content.Contains(Charsets.Escape) ? content : Unquoting.Unquote(content);
    }

    // comment = "(" *([FWS] ccontent) [FWS] ")"
    /// <summary>Reads the comment that starts here. Returns it without its outer parentheses.</summary>
    public ReadOnlySpan<byte> Comment()
    {
        var start = ++_next;
        for (var depth = 1; !AtEnd; _next += StepLength(_text[_next..]))
        {
            if (_text[_next] == '(')
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
