using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>
/// Parses one whole command, including its literals (<c>{5}CRLF</c> and five bytes), without the CRLF at its end. A
/// method named after a production requires it, and throws <see cref="SyntaxException"/> if it is missing. A
/// <c>Try…</c> method returns false and consumes nothing if it is missing. Pure: no IO, no session, no clock. Results
/// own their data, except spans. The file is long because every production advances the one position that a ref struct
/// can hold.
/// </summary>
ref struct CommandParser(ReadOnlySpan<byte> octets, EnabledExtensions enabled)
{
    /// <summary>Maximum nesting of parentheses. Each list counts itself with <see cref="Enter"/>.</summary>
    public const int DepthLimit = 50;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly ReadOnlySpan<byte> _octets = octets;
    int _at;
    int _depth;

    public EnabledExtensions Enabled { get; } = enabled;

    /// <summary>Charset of the search strings.</summary>
    public SearchCharset Charset { get; set; } = SearchCharset.Unnamed;

    public readonly bool IsAtEnd => _at == _octets.Length;

    readonly ReadOnlySpan<byte> Rest => _octets[_at..];

    /// <summary>Throws unless only spaces remain.</summary>
    public void End()
    {
        if (!TryEnd())
        {
            throw Expected("the end of the command");
        }
    }

    /// <summary>Skips the remaining spaces. Returns false, and skips nothing, if anything else remains.</summary>
    public bool TryEnd()
    {
        var isEnd = Rest.TrimStart((byte)' ').IsEmpty;
        if (isEnd)
        {
            _at = _octets.Length;
        }
        return isEnd;
    }

    /// <summary>Skips the rest of the command.</summary>
    public void SkipRest() => _at = _octets.Length;

    /// <summary>SP</summary>
    public void Sp()
    {
        Octet((byte)' ');
        SkipSpaces();
    }

    /// <summary>
    /// SP before another element. Returns false for spaces before a closing parenthesis or at the end: they separate
    /// nothing.
    /// </summary>
    public bool TrySp()
    {
        var after = Rest.TrimStart((byte)' ');
        if (after.Length == Rest.Length || after is [] or [(byte)')', ..])
        {
            return false;
        }
        SkipSpaces();
        return true;
    }

    /// <summary>"(" of a list</summary>
    public void Open()
    {
        Octet((byte)'(');
        SkipSpaces();
    }

    public bool TryOpen()
    {
        var isOpen = IsNext((byte)'(');
        if (isOpen)
        {
            Open();
        }
        return isOpen;
    }

    /// <summary>")" of a list</summary>
    public void Close()
    {
        SkipSpaces();
        Octet((byte)')');
    }

    public bool TryClose()
    {
        var isClosed = Rest.TrimStart((byte)' ') is [(byte)')', ..];
        if (isClosed)
        {
            Close();
        }
        return isClosed;
    }

    public void Octet(byte octet)
    {
        if (!TryOctet(octet))
        {
            throw Expected(octet == ' ' ? "a space" : $"'{(char)octet}'");
        }
    }

    public bool TryOctet(byte octet)
    {
        if (IsAtEnd || _octets[_at] != octet)
        {
            return false;
        }
        _at++;
        return true;
    }

    public readonly bool IsNext(byte octet) => !IsAtEnd && _octets[_at] == octet;

    /// <summary>Counts one level of nesting. Every call needs a <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++_depth > DepthLimit)
        {
            throw new SyntaxException("Nested too deeply");
        }
    }

    public void Leave() => _depth--;

    /// <summary>tag = 1*&lt;any ASTRING-CHAR except "+"&gt;</summary>
    public string Tag() => Encoding.ASCII.GetString(Run(Atoms.TagChar, "a tag"));

    /// <summary>atom = 1*ATOM-CHAR</summary>
    public string Atom() => Encoding.ASCII.GetString(AtomOctets());

    public ReadOnlySpan<byte> AtomOctets() => Run(Atoms.AtomChar, "an atom");

    /// <summary>
    /// Consumes the next atom if it is the given word, ignoring case. The word must be in upper case.
    /// </summary>
    public bool TryAtom(ReadOnlySpan<byte> word)
    {
        var length = RunLength(Atoms.AtomChar);
        if (length != word.Length || !Ascii.EqualsIgnoreCase(Rest[..length], word))
        {
            return false;
        }
        _at += length;
        return true;
    }

    /// <summary>
    /// Consumes the bytes if they are next, ignoring case, whatever follows them (<c>BODY</c> before <c>[</c>).
    /// </summary>
    public bool TryPrefix(ReadOnlySpan<byte> prefix)
    {
        if (!IsPrefixNext(prefix))
        {
            return false;
        }
        _at += prefix.Length;
        return true;
    }

    /// <summary>True if the bytes are next, ignoring case, whatever follows them.</summary>
    public readonly bool IsPrefixNext(ReadOnlySpan<byte> prefix) =>
        Rest.Length >= prefix.Length && Ascii.EqualsIgnoreCase(Rest[..prefix.Length], prefix);

    /// <summary>Returns the next atom without consuming it; empty if there is none.</summary>
    public readonly ReadOnlySpan<byte> PeekAtom() => Rest[..RunLength(Atoms.AtomChar)];

    /// <summary>astring = 1*ASTRING-CHAR / string, as UTF-8 text.</summary>
    public string AString() => Text(AStringOctets());

    public byte[] AStringOctets() => TryString(out var value) ? value : Run(Atoms.AStringChar, "an atom or a string").ToArray();

    /// <summary>
    /// astring in a search. It need not be UTF-8, because a wrong guess of its charset is harmless. Returns null if it
    /// is invalid in its charset.
    /// </summary>
    public string? SearchText() => Charset.Decode(AStringOctets());

    /// <summary>string = quoted / literal, as UTF-8 text.</summary>
    public string String() => Text(StringOctets());

    public byte[] StringOctets() => TryString(out var value) ? value : throw Expected("a string");

    /// <summary>nstring = string / nil</summary>
    public string? NString() => TryAtom("NIL"u8) ? null : String();

    /// <summary>nstring / literal8, as bytes (RFC 5464 §5); an atom is text, too.</summary>
    public byte[]? MetadataValue() => TryAtom("NIL"u8) ? null : IsPrefixNext("~{"u8) ? Literal(isBinary: true) : AStringOctets();

    /// <summary>Consumes an empty string, quoted or literal.</summary>
    public bool TryEmptyString() => TryPrefix("\"\""u8) || TryPrefix("{0}\r\n"u8) || TryPrefix("{0+}\r\n"u8);

    /// <summary>quoted = DQUOTE *QUOTED-CHAR DQUOTE; literal = "{" number64 ["+"] "}" CRLF *CHAR8</summary>
    public bool TryString(out byte[] value)
    {
        value = [];
        if (IsNext((byte)'"'))
        {
            _at++;
            value = Quoted();
            return true;
        }
        if (IsNext((byte)'{'))
        {
            value = Literal(isBinary: false);
            return true;
        }
        return false;
    }

    /// <summary>
    /// Reads the header of the literal that the session streams next. It must be the last thing in the input. literal /
    /// literal8 (RFC 9051 §9, RFC 3516 §4.4)
    /// </summary>
    public LiteralHeader StreamedLiteral()
    {
        if (!LiteralHeader.TryParse(Rest, out var header, out var start) || start != 0)
        {
            throw Expected("a literal");
        }
        _at = _octets.Length;
        return header;
    }

    /// <summary>number = 1*DIGIT, 0 to 2³²−1</summary>
    public uint Number() => TryNumber(out var value) ? value : throw Expected("a number");

    public bool TryNumber(out uint value)
    {
        var digits = Rest[..DigitCount()];
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value))
        {
            return digits.IsEmpty ? false : throw new SyntaxException("Number out of range");
        }
        _at += digits.Length;
        return true;
    }

    /// <summary>nz-number = digit-nz *DIGIT</summary>
    public uint NzNumber() => Number() is var value and > 0 ? value : throw new SyntaxException("Expected a number above 0");

    /// <summary>number64 = 1*DIGIT, 0 to 2⁶³−1</summary>
    public long Number64()
    {
        var digits = Rest[..DigitCount()];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            throw digits.IsEmpty ? Expected("a number") : new SyntaxException("Number out of range");
        }
        _at += digits.Length;
        return value;
    }

    /// <summary>
    /// Reads the next digits, at least <paramref name="fewest"/> and at most <paramref name="most"/> (dates, times).
    /// </summary>
    public int Digits(int fewest, int most)
    {
        var count = Math.Min(DigitCount(), most);
        if (count < fewest)
        {
            throw Expected(fewest == 1 ? "a digit" : $"{fewest} digits");
        }
        var value = int.Parse(Rest[..count], NumberStyles.None, CultureInfo.InvariantCulture);
        _at += count;
        return value;
    }

    /// <summary>sequence-set = (seq-number / seq-range) ["," sequence-set] / "$"</summary>
    public SequenceSet SequenceSet()
    {
        if (TryOctet((byte)'$'))
        {
            return AgentPost.Protocol.Imap.Wire.SequenceSet.Saved;
        }
        var ranges = ImmutableArray.CreateBuilder<SequenceRange>();
        do
        {
            var first = SeqNumber();
            ranges.Add(TryOctet((byte)':') ? new(first, SeqNumber()) : new(first, first));
        }
        while (TryOctet((byte)','));
        return new(ranges.DrainToImmutable());
    }

    /// <summary>seq-number = nz-number / "*", as a set of one range.</summary>
    public SequenceSet SequenceNumber()
    {
        var number = SeqNumber();
        return new([new(number, number)]);
    }

    /// <summary>
    /// sequence-set without <c>*</c> and <c>$</c>, for numbers that the client says it knows (RFC 7162 §7).
    /// </summary>
    public SequenceSet KnownSet() => SequenceSet() is { IsSaved: false, HasStar: false } set ? set : throw new SyntaxException("Expected numbers");

    /// <summary>Rejects message numbers after ENABLE UIDONLY: they are then a client error (RFC 9586 §3.1).</summary>
    public readonly void RefuseNumbers()
    {
        if (Enabled.HasFlag(EnabledExtensions.UidOnly))
        {
            throw new RefusedException(Completion.Bad(ResponseCode.UidRequired, "Message numbers are not used after ENABLE UIDONLY"));
        }
    }

    /// <summary>True when a sequence-set is next: a digit, <c>*</c> or <c>$</c>.</summary>
    public readonly bool IsSequenceSetNext() => !IsAtEnd && (_octets[_at] is (byte)'*' or (byte)'$' || char.IsAsciiDigit((char)_octets[_at]));

    /// <summary>mailbox = "INBOX" / astring. Rejects a name that no folder can have with <c>NO [CANNOT]</c>.</summary>
    public FolderName Mailbox() => SpelledMailbox().Name;

    /// <summary>mailbox, for commands that report the name if the client spelled it differently.</summary>
    public SpelledName SpelledMailbox()
    {
        var octets = AStringOctets();
        return NameOf(DecodeName(octets), octets);
    }

    /// <summary>
    /// mailbox, for commands that treat an impossible name like a missing folder. Returns null for such a name.
    /// </summary>
    public FolderName? MailboxIfPossible() => DecodeName(AStringOctets()) is { } text && FolderName.TryParse(text, out var name) ? name : null;

    /// <summary>
    /// The mailbox name in CREATE. A separator at its end is removed: it only announces child folders (RFC 9051
    /// §6.3.4).
    /// </summary>
    public SpelledName NewMailbox()
    {
        var octets = AStringOctets();
        var text = DecodeName(octets);
        return NameOf(text is [.., FolderName.Separator] ? text[..^1] : text, octets);
    }

    /// <summary>mailbox as the reference of LIST, decoded. Any text is accepted.</summary>
    public string Reference()
    {
        var octets = AStringOctets();
        return DecodeName(octets) ?? Encoding.Latin1.GetString(octets);
    }

    /// <summary>list-mailbox = 1*list-char / string; decoded, with its wildcards.</summary>
    public string ListMailbox()
    {
        var octets = TryString(out var value) ? value : Run(Atoms.ListChar, "a mailbox pattern").ToArray();
        // Text that is not valid modified UTF-7 is used literally: `R&D` finds the folder of that name.
        return DecodeName(octets) ?? Encoding.Latin1.GetString(octets);
    }

    /// <summary>base64 / "=", not decoded. The caller validates it.</summary>
    public byte[] Base64() => Run(Atoms.AStringChar, "base64").ToArray();

    /// <summary>flag-list = "(" [flag *(SP flag)] ")"</summary>
    public MessageFlags FlagList()
    {
        Open();
        if (TryClose())
        {
            return MessageFlags.None;
        }
        var flags = Flags();
        Close();
        return flags;
    }

    /// <summary>flag-list / (flag *(SP flag)): STORE allows both (RFC 9051 §9, store-att-flags).</summary>
    public MessageFlags FlagsWithOrWithoutParentheses() => IsNext((byte)'(') ? FlagList() : Flags();

    /// <summary>flag-keyword = "$MDNSent" / "$Forwarded" / … / atom</summary>
    public string Keyword() => Atom();

    /// <summary>atom, which some clients send as a string (imapfilter before 2.6.3, go-imap before 1.0.3).</summary>
    public string AtomOrString()
    {
        if (!TryString(out var value))
        {
            return Atom();
        }
        return value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Atoms.AtomChar)
            ? Encoding.ASCII.GetString(value)
            : throw new SyntaxException("Expected an atom in the string");
    }

    /// <summary>Creates a syntax error for the current position.</summary>
    public readonly SyntaxException Expected(string what)
    {
        if (IsAtEnd)
        {
            return new($"Expected {what}, got the end of the command");
        }
        var octet = _octets[_at];
        return new(octet is >= 0x20 and < 0x7F ? $"Expected {what}, got '{(char)octet}'" : $"Expected {what}, got octet 0x{octet:X2}");
    }

    static SpelledName NameOf(string? text, byte[] octets) => text is not null && FolderName.TryParse(text, out var name)
        ? new(name, text)
        : throw new RefusedException(Completion.No(ResponseCode.Cannot, ReasonAgainst(text ?? Encoding.Latin1.GetString(octets))));

    static string ReasonAgainst(string name) =>
        FolderName.TryParse(name, out _) ? "The folder name is not valid modified UTF-7 (RFC 3501 section 5.1.3)" : FolderName.ReasonAgainst(name);

    MessageFlags Flags()
    {
        var system = SystemFlags.None;
        var keywords = new List<string>();
        do
        {
            if (TryOctet((byte)'\\'))
            {
                system |= SystemFlag();
            }
            else
            {
                keywords.Add(Keyword());
            }
        }
        while (TrySp());
        return new(system, KeywordSet.Of(keywords));
    }

    /// <summary>
    /// Flags that begin with "\" are defined by the server (RFC 9051 §2.3.2). Unknown ones are dropped, because storing
    /// the message matters more than a flag.
    /// </summary>
    SystemFlags SystemFlag() => SystemFlagNames.TryFind(@"\" + Atom(), out var flag) ? flag : SystemFlags.None;

    uint SeqNumber() => TryOctet((byte)'*') ? AgentPost.Protocol.Imap.Wire.SequenceSet.Star : NzNumber();

    /// <summary>
    /// Decodes a mailbox name. Returns null if its modified UTF-7 is invalid. Throws SyntaxException if the name must
    /// be UTF-8 and is not (RFC 9755 §3).
    /// </summary>
    readonly string? DecodeName(ReadOnlySpan<byte> octets)
    {
        if ((Enabled & (EnabledExtensions.Utf8Accept | EnabledExtensions.Imap4Rev2)) == 0)
        {
            return ModifiedUtf7.TryDecode(octets, out var decoded) ? decoded : null;
        }
        return Text(octets);
    }

    static string Text(ReadOnlySpan<byte> octets)
    {
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            throw new SyntaxException("A string is not UTF-8");
        }
    }

    /// <summary>Reads the rest of a quoted string, after its opening quote.</summary>
    byte[] Quoted()
    {
        var value = new ArrayBufferWriter<byte>();
        while (true)
        {
            // Many clients send 8-bit bytes in quoted strings, and after ENABLE they are legal (RFC 9755 §3). Always
            // accept them; the code that uses the string validates it.
            var length = Rest.IndexOfAny((byte)'"', (byte)'\\', (byte)'\r');
            if (length < 0 || Rest[length] == '\r')
            {
                throw new SyntaxException("Expected the closing quote of a string");
            }
            value.Write(Rest[..length]);
            _at += length;
            if (TryOctet((byte)'"'))
            {
                return value.WrittenSpan.ToArray();
            }
            _at++;
            if (IsAtEnd || _octets[_at] is not ((byte)'"' or (byte)'\\'))
            {
                throw Expected("a quote or a backslash after a backslash");
            }
            value.Write(_octets.Slice(_at++, 1));
        }
    }

    byte[] Literal(bool isBinary)
    {
        var line = Rest.IndexOf("\r\n"u8);
        if (line < 0 || !LiteralHeader.TryParse(Rest[..line], out var header, out var start) || start != 0 || header.IsBinary != isBinary)
        {
            throw Expected("a literal");
        }
        var body = Rest[(line + 2)..];
        if (header.Octets > body.Length)
        {
            throw new SyntaxException("A literal is cut short");
        }
        var length = (int)header.Octets;
        _at += line + 2 + length;
        return body[..length].ToArray();
    }

    void SkipSpaces() => _at = _octets.Length - Rest.TrimStart((byte)' ').Length;

    readonly int DigitCount()
    {
        var length = Rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? Rest.Length : length;
    }

    readonly int RunLength(SearchValues<byte> chars)
    {
        var length = Rest.IndexOfAnyExcept(chars);
        return length < 0 ? Rest.Length : length;
    }

    ReadOnlySpan<byte> Run(SearchValues<byte> chars, string what)
    {
        var length = RunLength(chars);
        if (length == 0)
        {
            throw Expected(what);
        }
        var run = Rest[..length];
        _at += length;
        return run;
    }
}
