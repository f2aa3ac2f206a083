using System.Buffers.Text;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Writes responses in the terms of the grammar. The client receives nothing before <see cref="FlushAsync"/>. For any
/// values, the output is one well-formed line: text cannot inject a CRLF. Used only by the connection's task.
/// </summary>
sealed class ResponseWriter(PipeWriter output)
{
    /// <summary>
    /// Flush threshold in bytes. A handler that writes in a loop must await <see cref="FlushIfLargeAsync"/>.
    /// </summary>
    public const int FlushThreshold = 64 * 1024;

    const int BlockSize = 4096;

    // Longer strings are sent as literals, so that no line exceeds what line-based clients accept (imaplib: 1 MB).
    const int QuotedLimit = 1000;

    Memory<byte> _block;
    int _used;
    long _pending;

    /// <summary>Determines how mailbox names are written.</summary>
    public EnabledExtensions Enabled { get; set; }

    bool WritesUtf8 => (Enabled & (EnabledExtensions.Utf8Accept | EnabledExtensions.Imap4Rev2)) != 0;

    /// <summary>
    /// True if a response has been started but not ended. Writing anything else would break the protocol.
    /// </summary>
    public bool IsMidResponse { get; private set; }

    /// <summary>"* "</summary>
    public ResponseWriter Untagged()
    {
        IsMidResponse = true;
        return Raw("* "u8);
    }

    /// <summary>tag SP</summary>
    public ResponseWriter Tagged(string tag) => Ascii(tag).Sp();

    /// <summary>continue-req = "+" SP resp-text CRLF</summary>
    public ResponseWriter Continuation(string text) => Raw("+ "u8).Text(text).CrLf();

    public ResponseWriter Sp() => Octet((byte)' ');

    public ResponseWriter Open() => Octet((byte)'(');

    public ResponseWriter Close() => Octet((byte)')');

    /// <summary>Ends a response.</summary>
    public ResponseWriter CrLf()
    {
        IsMidResponse = false;
        return Raw("\r\n"u8);
    }

    public ResponseWriter Nil() => Raw("NIL"u8);

    /// <summary>Writes bytes that the caller knows to be an atom (or another fixed part of the grammar).</summary>
    public ResponseWriter Atom(ReadOnlySpan<byte> atom) => Raw(atom);

    /// <summary>
    /// Writes text that the caller knows to be an atom or a flag: a name of the server, or one that the parser accepted
    /// as such.
    /// </summary>
    public ResponseWriter Atom(string atom) => Ascii(atom);

    public ResponseWriter Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        _used += written;
        return this;
    }

    /// <summary>Writes bytes unchanged: data that is already in wire format.</summary>
    public ResponseWriter Raw(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var room = Reserve(1);
            var length = Math.Min(room.Length, octets.Length);
            octets[..length].CopyTo(room);
            _used += length;
            octets = octets[length..];
        }
        return this;
    }

    /// <summary>string = quoted / literal</summary>
    public ResponseWriter String(ReadOnlySpan<byte> value)
    {
        var isQuoted = value.Length <= QuotedLimit && !value.ContainsAnyExcept(Atoms.TextChar);
        return isQuoted ? Quoted(value) : LiteralHeader(value.Length).Raw(value);
    }

    /// <summary>string / literal8, which is required for a value with NUL</summary>
    public ResponseWriter StringOrLiteral8(ReadOnlySpan<byte> value) =>
        value.Contains((byte)0) ? Octet((byte)'~').LiteralHeader(value.Length).Raw(value) : String(value);

    /// <summary>string, of UTF-8 text</summary>
    public ResponseWriter String(string value) => String(Encoding.UTF8.GetBytes(value));

    /// <summary>nstring = string / nil</summary>
    public ResponseWriter NString(string? value) => value is null ? Nil() : String(value);

    /// <summary>
    /// "{" number "}" CRLF. The caller must write exactly this number of bytes next. For 0 bytes, writes the quoted
    /// empty string, which is the whole value: iOS Mail 18.2 and later wait for more bytes after "{0}".
    /// </summary>
    public ResponseWriter LiteralHeader(long octets) => octets == 0 ? Raw("\"\""u8) : Octet((byte)'{').Number(octets).Raw("}\r\n"u8);

    /// <summary>astring = 1*ASTRING-CHAR / string</summary>
    public ResponseWriter AString(ReadOnlySpan<byte> value)
    {
        var isAtom = !value.IsEmpty && !value.ContainsAnyExcept(Atoms.AStringChar) && !System.Text.Ascii.EqualsIgnoreCase(value, "NIL"u8);
        return isAtom ? Raw(value) : String(value);
    }

    /// <summary>mailbox, in the encoding of this session</summary>
    public ResponseWriter Mailbox(FolderName name) => Mailbox(name.Value);

    /// <summary>mailbox, with a client's spelling of the name of a folder.</summary>
    public ResponseWriter Mailbox(string spelling)
    {
        if (!WritesUtf8)
        {
            return AString(Encoding.ASCII.GetBytes(ModifiedUtf7.Encode(spelling)));
        }
        // Never a literal: some clients do not accept one for a name (Thunderbird for Android). Folder names contain no
        // control characters.
        return Quoted(Encoding.UTF8.GetBytes(spelling));
    }

    /// <summary>date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE, in UTC</summary>
    public ResponseWriter DateTime(DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        var room = Reserve(28);
        room[0] = (byte)'"';
        TwoDigits(room[1..], utc.Day);
        if (utc.Day < 10)
        {
            room[1] = (byte)' ';
        }
        room[3] = (byte)'-';
        "JanFebMarAprMayJunJulAugSepOctNovDec"u8.Slice((utc.Month - 1) * 3, 3).CopyTo(room[4..]);
        room[7] = (byte)'-';
        TwoDigits(room[8..], utc.Year / 100);
        TwoDigits(room[10..], utc.Year % 100);
        room[12] = (byte)' ';
        TwoDigits(room[13..], utc.Hour);
        room[15] = (byte)':';
        TwoDigits(room[16..], utc.Minute);
        room[18] = (byte)':';
        TwoDigits(room[19..], utc.Second);
        " +0000\""u8.CopyTo(room[21..]);
        _used += 28;
        return this;
    }

    /// <summary>
    /// resp-text without its code: one line. Text outside ASCII is UTF-8 if the client has enabled that (RFC 9051 §9,
    /// text); otherwise it is modified UTF-7, in which the client itself writes folder names. Control characters become
    /// '?'.
    /// </summary>
    public ResponseWriter Text(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] <= '~')
            {
                Octet(text[at] >= ' ' ? (byte)text[at] : (byte)'?');
                at++;
                continue;
            }
            var end = at + 1;
            while (end < text.Length && text[end] > '~')
            {
                end++;
            }
            NonAscii(text[at..end]);
            at = end;
        }
        // imaplib treats any line that ends in {digits} as the header of a literal.
        return text.EndsWith('}') ? Octet((byte)'.') : this;
    }

    /// <summary>resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text; CRLF included</summary>
    public ResponseWriter State(Completion completion)
    {
        Raw(completion.Status switch
        {
            CompletionStatus.Ok => "OK "u8,
            CompletionStatus.No => "NO "u8,
            CompletionStatus.Bad => "BAD "u8,
            _ => throw new UnreachableException(),
        });
        return Code(completion.Code).Text(completion.Text).CrLf();
    }

    /// <summary>* OK [code] text CRLF</summary>
    public ResponseWriter UntaggedOk(string? code, string text) => Untagged().Raw("OK "u8).Code(code).Text(text).CrLf();

    /// <summary>* NO [code] text CRLF: a warning; the command continues.</summary>
    public ResponseWriter UntaggedNo(string code, string text) => Untagged().Raw("NO "u8).Code(code).Text(text).CrLf();

    /// <summary>resp-cond-bye = "BYE" SP resp-text; CRLF included</summary>
    public ResponseWriter Bye(string? code, string text) => Untagged().Raw("BYE "u8).Code(code).Text(text).CrLf();

    /// <summary>
    /// Returns memory to read bytes into without a copy. Call <see cref="Advance"/> with their number.
    /// </summary>
    public Memory<byte> GetMemory(int octets)
    {
        Commit();
        _block = output.GetMemory(octets);
        return _block;
    }

    public void Advance(int octets) => _used += octets;

    /// <summary>Sends everything written so far. Waits if the client reads slowly.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_pending + _used == 0)
        {
            return;
        }
        Commit();
        _pending = 0;
        try
        {
            if ((await output.FlushAsync(cancellation)).IsCompleted)
            {
                throw new ClientGoneException();
            }
        }
        catch (IOException exception)
        {
            throw new ClientGoneException(exception);
        }
    }

    /// <summary>Flushes if much is buffered, so that a response of any length uses little memory.</summary>
    public ValueTask FlushIfLargeAsync(CancellationToken cancellation) =>
        _pending + _used >= FlushThreshold ? FlushAsync(cancellation) : ValueTask.CompletedTask;

    ResponseWriter Code(string? code) => code is null ? this : Octet((byte)'[').Text(code).Raw("] "u8);

    ResponseWriter Quoted(ReadOnlySpan<byte> value)
    {
        Octet((byte)'"');
        while (value.IndexOfAny((byte)'"', (byte)'\\') is var at and >= 0)
        {
            Raw(value[..at]).Octet((byte)'\\').Octet(value[at]);
            value = value[(at + 1)..];
        }
        return Raw(value).Octet((byte)'"');
    }

    void NonAscii(string text)
    {
        text = string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? "?" : rune.ToString()));
        Raw(WritesUtf8 ? Encoding.UTF8.GetBytes(text) : Encoding.ASCII.GetBytes(ModifiedUtf7.Encode(text)));
    }

    ResponseWriter Ascii(string text)
    {
        var room = Reserve(text.Length);
        Encoding.ASCII.GetBytes(text, room);
        _used += text.Length;
        return this;
    }

    ResponseWriter Octet(byte octet)
    {
        Reserve(1)[0] = octet;
        _used++;
        return this;
    }

    static void TwoDigits(Span<byte> room, int value)
    {
        room[0] = (byte)('0' + value / 10);
        room[1] = (byte)('0' + value % 10);
    }

    Span<byte> Reserve(int octets)
    {
        if (_block.Length - _used < octets)
        {
            Commit();
            _block = output.GetMemory(Math.Max(octets, BlockSize));
        }
        return _block.Span[_used..];
    }

    void Commit()
    {
        output.Advance(_used);
        _pending += _used;
        _used = 0;
        _block = default;
    }
}
