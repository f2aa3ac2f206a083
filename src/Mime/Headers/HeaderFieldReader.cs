using System.Buffers;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Reads the fields of a header (RFC 5322 §2.2) up to its blank line. A line without a name before a colon counts as a
/// field without a name, including its continuation lines.
/// </summary>
public ref struct HeaderFieldReader(ReadOnlySpan<byte> header)
{
    // ftext = %d33-57 / %d59-126
    static readonly SearchValues<byte> NameOctets = SearchValues.Create([.. Enumerable.Range(33, 94).Where(c => c != ':').Select(c => (byte)c)]);

    static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    readonly ReadOnlySpan<byte> _header = header;
    int _next;

    /// <summary>Offset of the field in the header.</summary>
    public int Offset { get; private set; }

    /// <summary>
    /// Offset of the name in the header, after a byte order mark, which some programs write before the first field.
    /// </summary>
    public int NameOffset { get; private set; }

    /// <summary>The field with its line ends.</summary>
    public ReadOnlySpan<byte> Field { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The text after the colon, still folded; empty if there is no name.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>After the last field: true if a blank line ends the header, false if the bytes just end.</summary>
    public readonly bool IsAtBlankLine => _next < _header.Length;

    public bool Read()
    {
        var rest = _header[_next..];
        if (rest.IsEmpty || rest[0] == '\n' || rest.StartsWith("\r\n"u8))
        {
            return false;
        }
        Offset = _next;
        Field = rest[..FieldLength(rest)];
        _next += Field.Length;
        NameOffset = Offset + (Field.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0);
        var colon = Field.IndexOf((byte)':');
        Name = colon > NameOffset - Offset ? Field[(NameOffset - Offset)..colon].TrimEnd(" \t"u8) : [];
        if (Name.ContainsAnyExcept(NameOctets))
        {
            Name = [];
        }
        Value = Name.IsEmpty ? [] : Field[(colon + 1)..];
        return true;
    }

    // FWS: a line that starts with whitespace continues the previous line.
    static int FieldLength(ReadOnlySpan<byte> octets)
    {
        var length = 0;
        while (true)
        {
            var lineFeed = octets[length..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                return octets.Length;
            }
            length += lineFeed + 1;
            if (length == octets.Length || octets[length] is not ((byte)' ' or (byte)'\t'))
            {
                return length;
            }
        }
    }
}
