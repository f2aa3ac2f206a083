namespace AgentPost.Mime;

/// <summary>Quoted-printable (RFC 2045 §6.7). A "=" that begins no valid sequence stays as it is.</summary>
sealed class QuotedPrintableDecoder : TransferDecoder
{
    Place _place;
    byte _high;

    enum Place : byte
    {
        Text,
        AfterEquals,
        AfterDigit,

        // Blanks between "=" and the line end that it hides.
        SoftBreak,
    }

    public override int Decode(ReadOnlySpan<byte> encoded, Span<byte> output)
    {
        var count = 0;
        foreach (var octet in encoded)
        {
            count += _place switch
            {
                Place.AfterEquals => AfterEquals(octet, output[count..]),
                Place.AfterDigit => AfterDigit(octet, output[count..]),
                Place.SoftBreak => SoftBreak(octet, output[count..]),
                _ => Text(octet, output[count..]),
            };
        }
        return count;
    }

    int Text(byte octet, Span<byte> output)
    {
        if (octet == '=')
        {
            _place = Place.AfterEquals;
            return 0;
        }
        _place = Place.Text;
        output[0] = octet;
        return 1;
    }

    int AfterEquals(byte octet, Span<byte> output)
    {
        if (char.IsAsciiHexDigit((char)octet))
        {
            _high = octet;
            _place = Place.AfterDigit;
            return 0;
        }
        if (octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _place = octet == '\n' ? Place.Text : Place.SoftBreak;
            return 0;
        }
        output[0] = (byte)'=';
        return 1 + Text(octet, output[1..]);
    }

    int AfterDigit(byte octet, Span<byte> output)
    {
        if (HexDigits.TryRead(_high, octet, out output[0]))
        {
            _place = Place.Text;
            return 1;
        }
        output[0] = (byte)'=';
        output[1] = _high;
        return 2 + Text(octet, output[2..]);
    }

    int SoftBreak(byte octet, Span<byte> output)
    {
        if (octet is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            return 0;
        }
        if (octet == '\n')
        {
            _place = Place.Text;
            return 0;
        }
        return Text(octet, output);
    }
}
