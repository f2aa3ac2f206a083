namespace AgentPost.Mime.Transfer;

/// <summary>
/// Decodes uuencoded content (POSIX, uuencode). Skips everything before the "begin" line and after the "end" line,
/// which may be missing. A line that is shorter than its declared length yields the bytes that it has.
/// </summary>
sealed class UuDecoder : TransferDecoder
{
    /// <summary>
    /// Maximum length of a line: it encodes at most 63 bytes, and some encoders add a check character.
    /// </summary>
    const int MaxLine = 96;

    static ReadOnlySpan<byte> Begin => "begin "u8;

    readonly byte[] _line = new byte[MaxLine];
    int _length;
    bool _isInside;
    bool _isOver;

    public override int Decode(ReadOnlySpan<byte> encoded, Span<byte> output)
    {
        var count = 0;
        while (!encoded.IsEmpty && !_isOver)
        {
            var lineFeed = encoded.IndexOf((byte)'\n');
            Hold(lineFeed < 0 ? encoded : encoded[..lineFeed]);
            if (lineFeed < 0)
            {
                break;
            }
            count += EndLine(output[count..]);
            encoded = encoded[(lineFeed + 1)..];
        }
        return count;
    }

    public override int Complete(Span<byte> output) => _isOver ? 0 : EndLine(output);

    void Hold(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, MaxLine - _length)];
        octets.CopyTo(_line.AsSpan(_length));
        _length += octets.Length;
    }

    int EndLine(Span<byte> output)
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _length).TrimEnd("\r"u8);
        _length = 0;
        if (!_isInside)
        {
            // For example begin 644 name.
            _isInside = line.StartsWith(Begin) && line.Length > Begin.Length && line[Begin.Length] is >= (byte)'0' and <= (byte)'7';
            return 0;
        }
        if (line.SequenceEqual("end"u8))
        {
            _isOver = true;
            return 0;
        }
        return line.IsEmpty ? 0 : DecodeLine(line[1..], Value(line[0]), output);
    }

    static int DecodeLine(ReadOnlySpan<byte> line, int length, Span<byte> output)
    {
        var count = 0;
        for (var i = 0; i < line.Length && count < length; i += 4)
        {
            var bits = (Value(line[i]) << 18) | (At(line, i + 1) << 12) | (At(line, i + 2) << 6) | At(line, i + 3);
            for (var shift = 16; shift >= 0 && count < length; shift -= 8)
            {
                output[count++] = (byte)(bits >> shift);
            }
        }
        return count;
    }

    // Spaces at the end of a line can be lost. A space and a grave accent both mean zero.
    static int At(ReadOnlySpan<byte> line, int index) => index < line.Length ? Value(line[index]) : 0;

    static int Value(byte octet) => (octet - ' ') & 0x3F;
}
