using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Transfer;

/// <summary>
/// Decodes quoted-printable (RFC 2045 §6.7). Drops whitespace at the end of a line, which was added in transit. Keeps a
/// "=" that does not start a valid sequence.
/// </summary>
sealed class QuotedPrintableDecoder : TransferDecoder
{
    /// <summary>
    /// Maximum whitespace held until it is known whether a line ends after it. The first characters of a longer run are
    /// kept, whatever follows, because no valid line is longer than 76 bytes.
    /// </summary>
    const int MaxHeld = Overhead - 2;

    // Either whitespace, or "=" with the part of its sequence read so far.
    readonly byte[] _held = new byte[MaxHeld];
    int _heldOctets;

    public override int Decode(ReadOnlySpan<byte> encoded, Span<byte> output)
    {
        var rest = output;
        while (!encoded.IsEmpty)
        {
            if (_heldOctets > 0 && _held[0] == '=')
            {
                encoded = encoded[AfterEquals(encoded[0], ref rest)..];
                continue;
            }
            var end = encoded.IndexOfAny((byte)'=', (byte)'\n');
            ReadText(end < 0 ? encoded : encoded[..end], ref rest);
            if (end < 0)
            {
                break;
            }
            if (encoded[end] == '=')
            {
                Flush(ref rest);
                Hold((byte)'=', ref rest);
            }
            else
            {
                EndLine(ref rest);
            }
            encoded = encoded[(end + 1)..];
        }
        return output.Length - rest.Length;
    }

    /// <summary>A "=" at the end was a soft break; its line end belongs to the delimiter after the body.</summary>
    public override int Complete(Span<byte> output)
    {
        var rest = output;
        if (_heldOctets == 2 && _held[0] == '=' && char.IsAsciiHexDigit((char)_held[1]))
        {
            Flush(ref rest);
        }
        else if (_heldOctets > 0 && _held[0] != '=')
        {
            Write(WithoutBlanks(_held.AsSpan(0, _heldOctets)), ref rest);
        }
        _heldOctets = 0;
        return output.Length - rest.Length;
    }

    void ReadText(ReadOnlySpan<byte> text, ref Span<byte> rest)
    {
        var words = text.TrimEnd(" \t\r"u8);
        if (!words.IsEmpty)
        {
            Flush(ref rest);
            Write(words, ref rest);
        }
        foreach (var blank in text[words.Length..])
        {
            Hold(blank, ref rest);
        }
    }

    // Returns 0 if the byte is text after all.
    int AfterEquals(byte octet, ref Span<byte> rest)
    {
        if (_heldOctets == 2 && char.IsAsciiHexDigit((char)_held[1]))
        {
            if (HexDigits.TryRead(_held[1], octet, out var decoded))
            {
                _heldOctets = 0;
                rest[0] = decoded;
                rest = rest[1..];
                return 1;
            }
            Flush(ref rest);
            return 0;
        }
        if (octet == '\n')
        {
            // A soft line break.
            _heldOctets = 0;
            return 1;
        }
        if (octet is (byte)' ' or (byte)'\t' or (byte)'\r' || (_heldOctets == 1 && char.IsAsciiHexDigit((char)octet)))
        {
            Hold(octet, ref rest);
            return 1;
        }
        Flush(ref rest);
        return 0;
    }

    void EndLine(ref Span<byte> rest)
    {
        var held = _held.AsSpan(0, _heldOctets);
        var hasReturn = held.EndsWith("\r"u8);
        Write(WithoutBlanks(hasReturn ? held[..^1] : held), ref rest);
        Write(hasReturn ? "\r\n"u8 : "\n"u8, ref rest);
        _heldOctets = 0;
    }

    void Hold(byte octet, ref Span<byte> rest)
    {
        if (_heldOctets == MaxHeld)
        {
            Flush(ref rest);
        }
        _held[_heldOctets++] = octet;
    }

    void Flush(ref Span<byte> rest)
    {
        Write(_held.AsSpan(0, _heldOctets), ref rest);
        _heldOctets = 0;
    }

    static ReadOnlySpan<byte> WithoutBlanks(ReadOnlySpan<byte> held) => held.TrimEnd(" \t"u8);

    static void Write(scoped ReadOnlySpan<byte> octets, ref Span<byte> rest)
    {
        octets.CopyTo(rest);
        rest = rest[octets.Length..];
    }
}
