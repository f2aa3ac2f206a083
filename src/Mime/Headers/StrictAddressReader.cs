using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Parses the value of an address field by the grammar of RFC 5322 §3.4 and RFC 6854, completely or not at all. Of the
/// obsolete forms, it accepts only dots in a display name (<c>J. Doe</c>), which every program reads alike. A byte
/// above 127 is text (RFC 6532 §3.2). A fault is phrased to follow the name of the field.
/// </summary>
ref struct StrictAddressReader
{
    const int MaxMailboxes = 1_000;
    const int MaxCommentDepth = 10;

    // atext, and the dot that joins atoms.
    static readonly SearchValues<byte> AtomOctets = SearchValues.Create(
    [
        .. Enumerable.Range(0x80, 0x80).Select(octet => (byte)octet),
        .. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~."u8,
    ]);

    // dtext = %d33-90 / %d94-126
    static readonly SearchValues<byte> LiteralOctets = SearchValues.Create(
        [.. Enumerable.Range(33, 94).Select(octet => (byte)octet).Where(octet => !"[]\\"u8.Contains(octet))]);

    readonly ReadOnlySpan<byte> _text;
    readonly List<string> _addresses;
    int _next;

    StrictAddressReader(ReadOnlySpan<byte> text, List<string> addresses)
    {
        _text = text;
        _addresses = addresses;
    }

    readonly byte Peek => _next < _text.Length ? _text[_next] : (byte)0;

    /// <summary>
    /// Appends the addresses of an unfolded value without control characters. Returns the fault of the value, or null
    /// if it is valid.
    /// </summary>
    public static string? Read(ReadOnlySpan<byte> text, List<string> addresses)
    {
        var reader = new StrictAddressReader(text, addresses);
        return reader.ReadList();
    }

    // address-list = address *("," address)
    string? ReadList()
    {
        while (true)
        {
            if (SkipBlanks() is { } open)
            {
                return open;
            }
            if (ReadAddress(isInGroup: false) is { } fault)
            {
                return fault;
            }
            if (_next == _text.Length)
            {
                return null;
            }
            if (!TrySkip(','))
            {
                return "has text after an address";
            }
        }
    }

    // address = mailbox / group; ends after the CFWS that follows it
    string? ReadAddress(bool isInGroup)
    {
        if (_addresses.Count == MaxMailboxes)
        {
            return $"names more than {MaxMailboxes} mailboxes";
        }
        if (ReadWords(out var words) is { } fault)
        {
            return fault;
        }
        switch ((char)Peek)
        {
            case '<' when words.IsEmptyOrPhrase:
                return ReadAngle();
            case '@' when words.LocalPart is { } local:
                return ReadDomain(local) ?? SkipBlanks();
            case ':' when words.IsPhrase && !isInGroup:
                return ReadGroup();
            default:
                return words.IsEmpty ? "has an empty place in its list" : "has a name without an address";
        }
    }

    // group = display-name ":" [mailbox-list / CFWS] ";" [CFWS]
    string? ReadGroup()
    {
        _next++;
        if (SkipBlanks() is { } open)
        {
            return open;
        }
        if (!TrySkip(';'))
        {
            do
            {
                if ((SkipBlanks() ?? ReadAddress(isInGroup: true)) is { } fault)
                {
                    return fault;
                }
            }
            while (TrySkip(','));
            if (!TrySkip(';'))
            {
                return "has a group that is not closed";
            }
        }
        return SkipBlanks();
    }

    // angle-addr = [CFWS] "<" addr-spec ">" [CFWS]
    string? ReadAngle()
    {
        _next++;
        if (SkipBlanks() is { } open)
        {
            return open;
        }
        if (ReadWords(out var words) is { } fault)
        {
            return fault;
        }
        if (Peek != '@' || words.LocalPart is not { } local)
        {
            return "has no address in its angle brackets";
        }
        if ((ReadDomain(local) ?? SkipBlanks()) is { } wrong)
        {
            return wrong;
        }
        return TrySkip('>') ? SkipBlanks() : "has an angle bracket that is not closed";
    }

    // phrase, or the local part of an addr-spec, depending on what follows. Both are words with CFWS between them.
    string? ReadWords(out Words words)
    {
        words = default;
        while (true)
        {
            var start = _next;
            if (Peek == '"')
            {
                if (ReadQuoted(out var content) is { } fault)
                {
                    return fault;
                }
                words.AddQuoted(content);
            }
            else if (ReadAtoms() is { IsEmpty: false } atoms)
            {
                words.AddAtoms(atoms);
            }
            if (_next == start)
            {
                return null;
            }
            if (SkipBlanks() is { } open)
            {
                return open;
            }
        }
    }

    ReadOnlySpan<byte> ReadAtoms()
    {
        var rest = _text[_next..];
        var length = rest.IndexOfAnyExcept(AtomOctets);
        var atoms = length < 0 ? rest : rest[..length];
        _next += atoms.Length;
        return atoms;
    }

    // quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE
    string? ReadQuoted(out string content)
    {
        var octets = new List<byte>();
        for (_next++; _next < _text.Length; _next++)
        {
            if (_text[_next] == '"')
            {
                _next++;
                content = Encoding.UTF8.GetString([.. octets]);
                return null;
            }
            if (_text[_next] == '\\' && ++_next == _text.Length)
            {
                break;
            }
            octets.Add(_text[_next]);
        }
        content = "";
        return "has a quoted string that is not closed";
    }

    // domain = dot-atom / domain-literal
    string? ReadDomain(string local)
    {
        _next++;
        if (SkipBlanks() is { } open)
        {
            return open;
        }
        var start = _next;
        if (TrySkip('['))
        {
            var length = _text[_next..].IndexOfAnyExcept(LiteralOctets);
            _next += Math.Max(0, length);
            if (length < 0 || !TrySkip(']'))
            {
                return "has a domain literal that is malformed";
            }
        }
        else if (!Words.IsDotAtom(ReadAtoms()))
        {
            return "has an address without a domain";
        }
        var domain = Encoding.UTF8.GetString(_text[start.._next]);
        if (local.Contains("=?", StringComparison.Ordinal) || domain.Contains("=?", StringComparison.Ordinal))
        {
            // RFC 2047 §5 (3)
            return "has an encoded word in an address";
        }
        _addresses.Add($"{local}@{domain}");
        return null;
    }

    bool TrySkip(char octet)
    {
        var isThere = _next < _text.Length && _text[_next] == octet;
        _next += isThere ? 1 : 0;
        return isThere;
    }

    // CFWS = (1*([FWS] comment) [FWS]) / FWS
    string? SkipBlanks()
    {
        var depth = 0;
        for (; _next < _text.Length; _next++)
        {
            switch ((char)_text[_next])
            {
                case '(' when ++depth > MaxCommentDepth:
                    return "has comments nested too deeply";
                case ')' when depth > 0:
                    depth--;
                    break;
                case '\\' when depth > 0:
                    _next++;
                    break;
                case ' ' or '\t' or '(':
                    break;
                case var _ when depth == 0:
                    return null;
            }
        }
        _next = Math.Min(_next, _text.Length);
        return depth > 0 ? "has a comment that is not closed" : null;
    }

    /// <summary>Words read so far that may be a display name or a local part.</summary>
    struct Words
    {
        int _count;
        bool _startsWithDot;
        string? _local;

        public readonly bool IsEmpty => _count == 0;

        // obs-phrase = word *(word / "." / CFWS)
        public readonly bool IsPhrase => _count > 0 && !_startsWithDot;

        public readonly bool IsEmptyOrPhrase => IsEmpty || IsPhrase;

        /// <summary>The words as a local part, quoted if necessary; null if they are not a local part.</summary>
        public readonly string? LocalPart => _count == 1 ? _local : null;

        public void AddAtoms(ReadOnlySpan<byte> atoms)
        {
            _startsWithDot |= _count == 0 && atoms[0] == '.';
            _local = IsDotAtom(atoms) ? Encoding.UTF8.GetString(atoms) : null;
            _count++;
        }

        public void AddQuoted(string content)
        {
            var octets = Encoding.UTF8.GetBytes(content);
            var isDotAtom = !octets.AsSpan().ContainsAnyExcept(AtomOctets) && IsDotAtom(octets);
            _local = isDotAtom ? content : Quoted(content);
            _count++;
        }

        static string Quoted(string content)
        {
            var escaped = content
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal);
            return $"\"{escaped}\"";
        }

        // dot-atom-text = 1*atext *("." 1*atext)
        public static bool IsDotAtom(ReadOnlySpan<byte> atoms) =>
            !atoms.IsEmpty && atoms[0] != '.' && atoms[^1] != '.' && atoms.IndexOf(".."u8) < 0;
    }
}
