using System.Buffers;
using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Structure;

/// <summary>Writes strings and numbers in the form of IMAP responses (RFC 9051 §9).</summary>
sealed class ImapWriter
{
    /// <summary>Longer strings are written as literals, because some clients read lines into small buffers.</summary>
    const int MaxQuotedOctets = 1_000;

    // TEXT-CHAR = <any CHAR except CR and LF>; all other bytes need a literal.
    static readonly SearchValues<byte> NotQuotable =
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(c => c is 0 or '\r' or '\n' or > 127).Select(c => (byte)c)]);

    readonly ArrayBufferWriter<byte> _output = new(256);

    public ImapWriter Raw(ReadOnlySpan<byte> octets)
    {
        _output.Write(octets);
        return this;
    }

    public ImapWriter Number(long value)
    {
        value.TryFormat(_output.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        _output.Advance(written);
        return this;
    }

    // nstring = string / nil
    public ImapWriter NString(byte[]? value) => value is null ? Raw("NIL"u8) : String(value);

    /// <summary>Writes a string, or NIL if it is empty.</summary>
    public ImapWriter NonEmpty(ReadOnlySpan<byte> value) => value.IsEmpty ? Raw("NIL"u8) : String(value);

    public ImapWriter String(string value) => String(Encoding.UTF8.GetBytes(value));

    // string = quoted / literal
    public ImapWriter String(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxQuotedOctets || value.ContainsAny(NotQuotable))
        {
            return Literal(value);
        }
        Raw("\""u8);
        while (true)
        {
            var special = value.IndexOfAny((byte)'"', (byte)'\\');
            if (special < 0)
            {
                return Raw(value).Raw("\""u8);
            }
            Raw(value[..special]).Raw("\\"u8).Raw(value.Slice(special, 1));
            value = value[(special + 1)..];
        }
    }

    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    // literal = "{" number64 "}" CRLF *CHAR8  ; CHAR8 is any octet but NUL
    ImapWriter Literal(ReadOnlySpan<byte> value)
    {
        var nuls = value.Count((byte)0);
        Raw("{"u8).Number(value.Length - nuls).Raw("}\r\n"u8);
        while (nuls > 0)
        {
            var nul = value.IndexOf((byte)0);
            Raw(value[..nul]);
            value = value[(nul + 1)..];
            nuls--;
        }
        return Raw(value);
    }
}
