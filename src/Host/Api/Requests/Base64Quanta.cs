using System.Buffers;
using System.Text;

namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Decodes base64 inside a JSON string, in pieces of any length. Accepts JSON escapes (PHP writes <c>\/</c>) and white
/// space between characters. Stricter than the decoder for messages: any other character is an error.
/// </summary>
sealed class Base64Quanta
{
    static readonly int[] Values = CreateValues();

    readonly StringBuilder _escape = new();
    int _bits;
    int _count;
    int _padding;

    /// <summary>False if the text is not base64.</summary>
    public bool Decode(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        // Four characters give three bytes, and at most three characters are pending.
        var decoded = output.GetSpan((text.Length / 4 * 3) + 6);
        var written = 0;
        foreach (var octet in text)
        {
            if (_escape.Length == 0 && octet != '\\')
            {
                if (!Take(octet, decoded, ref written))
                {
                    return false;
                }
                continue;
            }
            _escape.Append((char)octet);
            if (Unescaped() is { } character)
            {
                _escape.Clear();
                if (!Take(character, decoded, ref written))
                {
                    return false;
                }
            }
        }
        output.Advance(written);
        return true;
    }

    /// <summary>Ends the current text. Returns false if it is incomplete.</summary>
    public bool TryEnd()
    {
        var isWhole = _escape.Length == 0 && (_count + _padding) % 4 == 0;
        (_bits, _count, _padding) = (0, 0, 0);
        _escape.Clear();
        return isWhole;
    }

    // Null while the escape is incomplete. An invalid escape becomes a character that is not base64.
    int? Unescaped() => _escape.Length switch
    {
        1 => null,
        2 => _escape[1] switch
        {
            'u' => null,
            'n' or 'r' or 't' => ' ',
            '/' => '/',
            _ => 0,
        },
        < 6 => null,
        _ => int.TryParse(_escape.ToString(2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var character) ? character : 0,
    };

    bool Take(int character, Span<byte> decoded, ref int written)
    {
        if (character is ' ' or '\r' or '\n' or '\t')
        {
            return true;
        }
        if (character == '=')
        {
            _padding++;
            return _padding <= 2 && _count >= 2 && EndQuantum(decoded, ref written);
        }
        if (_padding > 0 || character >= Values.Length || Values[character] is < 0)
        {
            return false;
        }
        _bits = (_bits << 6) | Values[character];
        if (++_count == 4)
        {
            (decoded[written], decoded[written + 1], decoded[written + 2]) = ((byte)(_bits >> 16), (byte)(_bits >> 8), (byte)_bits);
            written += 3;
            (_bits, _count) = (0, 0);
        }
        return true;
    }

    // The last characters are decoded once their padding is complete.
    bool EndQuantum(Span<byte> decoded, ref int written)
    {
        if (_count + _padding < 4)
        {
            return true;
        }
        if (_count + _padding > 4)
        {
            return false;
        }
        decoded[written++] = (byte)(_count == 3 ? _bits >> 10 : _bits >> 4);
        if (_count == 3)
        {
            decoded[written++] = (byte)(_bits >> 2);
        }
        return true;
    }

    static int[] CreateValues()
    {
        var values = new int[128];
        Array.Fill(values, -1);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (var index = 0; index < Alphabet.Length; index++)
        {
            values[Alphabet[index]] = index;
        }
        return values;
    }
}
