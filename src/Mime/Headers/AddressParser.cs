using System.Buffers;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Parses the addresses of a field (RFC 5322 §3.4 with the obsolete forms of §4.4) in one pass. Tolerates invalid
/// input: an address as the display name before "&lt;", words without a domain, missing closing characters.
/// </summary>
ref struct AddressParser
{
    /// <summary>Maximum number of addresses per field; later ones are ignored.</summary>
    const int MaxAddresses = 10_000;

    /// <summary>Maximum number of repairs per field, because each one scans the rest of the field.</summary>
    const int MaxRepairs = 16;

    static readonly SearchValues<byte> WordEnd = SearchValues.Create(" \t\r\n()<>@,;:\"["u8);
    static readonly SearchValues<byte> LiteralEnd = SearchValues.Create(" \t\r\n<>,;"u8);
    static readonly SearchValues<byte> RouteEnd = SearchValues.Create(":><"u8);

    FieldLexer _lexer;
    int _repairs;
    readonly List<Address> _addresses;
    bool _inGroup;

    // The words read since the last address, separated by one space, and the positions of these spaces.
    readonly List<byte> _phrase = [];
    readonly List<int> _blanks = [];

    // Start of a possible local part: the last word that is not joined to the previous word by a dot.
    int _localStart;

    // An address without angle brackets, until it is certain that none follow.
    (int Start, int End, byte[] Host)? _bare;
    Address? _angle;
    bool _afterAngle;
    byte[]? _comment;

    AddressParser(ReadOnlySpan<byte> text, List<Address> addresses)
    {
        _lexer = new FieldLexer(text);
        _addresses = addresses;
    }

    /// <summary>Appends the addresses of an unfolded value.</summary>
    public static void Parse(ReadOnlySpan<byte> text, List<Address> addresses) => new AddressParser(text, addresses).Parse();

    // address-list = (address *("," address)) / obs-addr-list
    void Parse()
    {
        while (_addresses.Count < MaxAddresses)
        {
            var repairs = _repairs;
            var comment = SkipBlanks();
            _comment = comment.IsEmpty ? _comment : Unquoting.Unquote(comment).ToArray();
            if (_repairs > repairs && _bare is not null)
            {
                // An unclosed comment ends where the next address begins.
                EndAddress();
            }
            else if (_repairs > repairs && _phrase.Count == 0 && _angle is null)
            {
                _phrase.AddRange(comment);
            }
            if (_lexer.AtEnd)
            {
                break;
            }
            ReadElement(_lexer.Peek);
        }
        EndAddress();
        EndGroup();
    }

    void ReadElement(byte next)
    {
        switch (next)
        {
            case (byte)',':
                _lexer.Skip();
                EndAddress();
                break;
            case (byte)';':
                _lexer.Skip();
                EndAddress();
                EndGroup();
                break;
            case (byte)':':
                _lexer.Skip();
                StartGroup();
                break;
            case (byte)'<':
                ReadAngle();
                break;
            case (byte)'@':
                ReadDomainOfPhrase();
                break;
            default:
                ReadWord(next);
                break;
        }
    }

    // group = display-name ":" [group-list] ";" [CFWS]
    void StartGroup()
    {
        if (_inGroup || _angle is not null || _bare is not null)
        {
            return;
        }
        _addresses.Add(Address.GroupStart([.. _phrase]));
        _inGroup = true;
        Reset();
    }

    void EndGroup()
    {
        if (_inGroup)
        {
            _addresses.Add(Address.GroupEnd);
            _inGroup = false;
        }
    }

    // word = atom / quoted-string
    void ReadWord(byte next)
    {
        if (_angle is not null)
        {
            // Words after an angle-addr are ignored, unless an address follows them.
            EndAddress();
            _afterAngle = true;
        }
        var isUnclosed = next == '"' && IsUnclosed();
        var word = next switch
        {
            (byte)'"' when isUnclosed => Unclosed(),
            (byte)'"' => _lexer.QuotedString(),
            (byte)'[' => DomainLiteral(),
            _ => _lexer.Until(WordEnd),
        };
        if (word.IsEmpty && next is (byte)')' or (byte)'>')
        {
            _lexer.Skip();
            return;
        }
        if (word.IsEmpty && isUnclosed)
        {
            return;
        }
        if (_phrase.Count > 0)
        {
            var bound = _phrase[^1] == '.' || word.StartsWith("."u8);
            _blanks.Add(_phrase.Count);
            _phrase.Add((byte)' ');
            _localStart = bound ? _localStart : _phrase.Count;
        }
        _phrase.AddRange(word);
    }

    // addr-spec without angle brackets. A display name can look like one, so its words are kept.
    void ReadDomainOfPhrase()
    {
        _lexer.Skip();
        var end = _phrase.Count;
        var host = ReadDomain();
        _bare = (_localStart, end, host);
        _phrase.Add((byte)'@');
        _phrase.AddRange(host);
    }

    // angle-addr = [CFWS] "<" [obs-route] addr-spec ">" [CFWS]
    void ReadAngle()
    {
        if (_angle is not null)
        {
            EndAddress();
        }
        while (_lexer.TrySkip('<'))
        {
            SkipBlanks();
        }
        var route = ReadRoute();
        var local = new List<byte>();
        byte[]? host = null;
        while (true)
        {
            SkipBlanks();
            var next = _lexer.Peek;
            if (_lexer.AtEnd || next is (byte)'>' or (byte)',' or (byte)';')
            {
                break;
            }
            if (next == '@')
            {
                if (host is not null)
                {
                    local.Add((byte)'@');
                    local.AddRange(host);
                }
                _lexer.Skip();
                host = ReadDomain();
                continue;
            }
            ReadLocalPart(next, local);
        }
        _lexer.TrySkip('>');
        byte[]? name = _phrase.Count > 0 ? [.. _phrase] : null;
        Reset();
        _angle = new Address(name, route, [.. local], host ?? []);
    }

    // local-part = dot-atom / quoted-string / obs-local-part
    void ReadLocalPart(byte next, List<byte> local)
    {
        var word = next != '"' ? _lexer.Until(WordEnd) : IsUnclosed() ? Unclosed() : _lexer.QuotedString();
        local.AddRange(word);
        if (word.IsEmpty && next != '"')
        {
            local.Add(next);
            _lexer.Skip();
        }
    }

    // obs-route = obs-domain-list ":"
    byte[]? ReadRoute()
    {
        if (_lexer.Peek != '@')
        {
            return null;
        }
        var beforeRoute = _lexer;
        var route = _lexer.Until(RouteEnd);
        if (!_lexer.TrySkip(':'))
        {
            _lexer = beforeRoute;
            return null;
        }
        return [.. route.ToArray().Where(octet => octet is not ((byte)' ' or (byte)'\t'))];
    }

    // domain = dot-atom / domain-literal / obs-domain
    byte[] ReadDomain()
    {
        SkipBlanks();
        if (_lexer.Peek == '[')
        {
            return DomainLiteral().ToArray();
        }
        var domain = new List<byte>();
        while (true)
        {
            domain.AddRange(_lexer.Until(WordEnd));
            var afterAtom = _lexer;
            SkipBlanks();
            var continues = !_lexer.AtEnd && domain.Count > 0 && (_lexer.Peek == '.' || domain[^1] == '.') && !WordEnd.Contains(_lexer.Peek);
            if (!continues)
            {
                _lexer = afterAtom;
                return [.. domain];
            }
        }
    }

    ReadOnlySpan<byte> SkipBlanks()
    {
        ReadOnlySpan<byte> comment = [];
        _lexer.SkipSpace();
        while (_lexer.Peek == '(')
        {
            comment = IsUnclosed() ? Unclosed() : _lexer.Comment();
            _lexer.SkipSpace();
        }
        return comment;
    }

    ReadOnlySpan<byte> DomainLiteral() => IsUnclosed() ? _lexer.Until(LiteralEnd) : _lexer.DomainLiteral();

    // True if the quote, comment or domain literal that starts here is not closed. After too many repairs in one field,
    // the rest of the field counts as the content of the next one.
    bool IsUnclosed()
    {
        if (_repairs == MaxRepairs || _lexer.IsClosed())
        {
            return false;
        }
        _repairs++;
        return true;
    }

    // Unclosed content ends where an address clearly begins.
    ReadOnlySpan<byte> Unclosed()
    {
        _lexer.Skip();
        return Unquoting.Unquote(_lexer.UntilAddress().Trim(" \t\r\n,;:"u8));
    }

    void EndAddress()
    {
        if (_angle is { } angle)
        {
            Add(angle with { Name = angle.Name ?? _comment });
        }
        else if (_bare is { } bare)
        {
            byte[]? name = bare.Start > 0 ? [.. _phrase[..(bare.Start - 1)]] : null;
            Add(new Address(name ?? _comment, null, LocalPart(bare.Start, bare.End), bare.Host));
        }
        else if (_phrase.Count > 0 && !_afterAngle)
        {
            Add(new Address(_comment, null, [.. _phrase], []));
        }
        Reset();
    }

    // obs-local-part = word *("." word): spaces around the dots are not part of it.
    readonly byte[] LocalPart(int start, int end)
    {
        var local = new List<byte>(end - start);
        var blank = _blanks.BinarySearch(start);
        blank = blank < 0 ? ~blank : blank;
        for (var i = start; i < end; i++)
        {
            if (blank < _blanks.Count && _blanks[blank] == i)
            {
                blank++;
            }
            else
            {
                local.Add(_phrase[i]);
            }
        }
        return [.. local];
    }

    readonly void Add(Address address)
    {
        if (address is not { Name: null, Mailbox: null or [], Host: null or [] })
        {
            _addresses.Add(address);
        }
    }

    void Reset()
    {
        _phrase.Clear();
        _blanks.Clear();
        _localStart = 0;
        _bare = null;
        _angle = null;
        _afterAngle = false;
        _comment = null;
    }
}
