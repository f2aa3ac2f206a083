using System.Buffers;
using System.Globalization;
using System.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Store.Sending;

/// <summary>
/// Decodes the escapes of a text and passes the result on: <c>=5F</c> and soft line breaks (RFC 2045 §6.7), <c>%5F</c>
/// (RFC 3986 §2.1), <c>&amp;#95;</c> and <c>&amp;lowbar;</c> (HTML), <c>\u005f</c> and <c>\x5f</c>. Drops decoded
/// characters beyond ASCII, which can only separate the characters of a secret. Drops NULs, so that UTF-16 is read like
/// ASCII. Everything else stays unchanged.
/// </summary>
sealed class EscapeDecoder(IDecodedContent next) : IDecodedContent
{
    /// <summary>Maximum length of an escape in bytes.</summary>
    const int MaxEscape = 34;

    const int OutputBytes = 4096;

    static readonly SearchValues<byte> Starts = SearchValues.Create("\0=%&\\"u8);

    readonly byte[] _escape = new byte[MaxEscape];
    readonly byte[] _output = new byte[OutputBytes];
    int _escapeBytes;
    int _outputBytes;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_escapeBytes > 0)
            {
                Continue(bytes[0]);
                bytes = bytes[1..];
                continue;
            }
            var start = bytes.IndexOfAny(Starts);
            Emit(start < 0 ? bytes : bytes[..start]);
            if (start < 0)
            {
                break;
            }
            Begin(bytes[start]);
            bytes = bytes[(start + 1)..];
        }
        Flush();
    }

    public void End()
    {
        Emit(_escape.AsSpan(0, _escapeBytes));
        _escapeBytes = 0;
        Flush();
        next.End();
    }

    void Begin(byte start)
    {
        if (start != 0)
        {
            _escape[_escapeBytes++] = start;
        }
    }

    void Continue(byte following)
    {
        if (following == 0)
        {
            return;
        }
        _escape[_escapeBytes++] = following;
        var escape = _escape.AsSpan(0, _escapeBytes);
        var step = escape[0] switch
        {
            (byte)'=' when escape[1] is (byte)'\r' or (byte)'\n' => SoftBreak(escape),
            (byte)'=' or (byte)'%' => Hex(escape, 1, 2),
            (byte)'\\' when escape.Length == 2 => following is (byte)'u' or (byte)'x' ? Step.More : Step.None,
            (byte)'\\' => Hex(escape, 2, escape[1] == 'u' ? 4 : 2),
            _ => Reference(escape),
        };
        if (step == Step.More && _escapeBytes < MaxEscape)
        {
            return;
        }
        if (step is Step.None or Step.More)
        {
            // Only the last byte can start another escape.
            Emit(escape[..^1]);
        }
        _escapeBytes = 0;
        if (step is Step.None or Step.More or Step.DoneBefore)
        {
            Again(following);
        }
    }

    void Again(byte following)
    {
        if (Starts.Contains(following))
        {
            Begin(following);
        }
        else
        {
            Emit([following]);
        }
    }

    static Step SoftBreak(ReadOnlySpan<byte> escape) => escape[^1] switch
    {
        (byte)'\n' => Step.Done,
        _ => escape.Length == 2 ? Step.More : Step.None,
    };

    // Reads a fixed number of digits.
    Step Hex(ReadOnlySpan<byte> escape, int from, int count)
    {
        if (!char.IsAsciiHexDigit((char)escape[^1]))
        {
            return Step.None;
        }
        if (escape.Length < from + count)
        {
            return Step.More;
        }
        Emit(int.Parse(escape[from..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return Step.Done;
    }

    // &#95; &#x5f; &lowbar; The semicolon of a number may be missing.
    Step Reference(ReadOnlySpan<byte> escape)
    {
        var last = (char)escape[^1];
        if (escape.Length == 2)
        {
            return last == '#' || char.IsAsciiLetter(last) ? Step.More : Step.None;
        }
        if (escape[1] != '#')
        {
            if (last != ';')
            {
                return char.IsAsciiLetterOrDigit(last) ? Step.More : Step.None;
            }
            Emit(CharacterOf(Encoding.ASCII.GetString(escape[1..^1])));
            return Step.Done;
        }
        var isHex = (escape[2] | 0x20) == 'x';
        var digits = escape[(isHex ? 3 : 2)..];
        if (digits.IsEmpty || (isHex ? char.IsAsciiHexDigit(last) : char.IsAsciiDigit(last)))
        {
            return Step.More;
        }
        if (digits.Length == 1)
        {
            return Step.None;
        }
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        Emit(int.TryParse(digits[..^1], style, CultureInfo.InvariantCulture, out var character) ? character : 0);
        return last == ';' ? Step.Done : Step.DoneBefore;
    }

    // The characters of secrets and of escapes. Other named characters are dropped.
    static char CharacterOf(string name) => name switch
    {
        "lowbar" or "UnderBar" => '_',
        "amp" or "AMP" => '&',
        "num" => '#',
        "percnt" => '%',
        "equals" => '=',
        "bsol" => '\\',
        "semi" => ';',
        "lt" or "LT" => '<',
        "gt" or "GT" => '>',
        "plus" => '+',
        "sol" => '/',
        _ => '\0',
    };

    // NUL stands for a character that secrets do not contain.
    void Emit(int character)
    {
        if (character is > 0 and < 0x80)
        {
            Emit([(byte)character]);
        }
    }

    void Emit(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _output.Length - _outputBytes)
        {
            Flush();
        }
        if (bytes.Length > _output.Length)
        {
            next.Write(bytes);
            return;
        }
        bytes.CopyTo(_output.AsSpan(_outputBytes));
        _outputBytes += bytes.Length;
    }

    void Flush()
    {
        if (_outputBytes > 0)
        {
            next.Write(_output.AsSpan(0, _outputBytes));
            _outputBytes = 0;
        }
    }

    enum Step
    {
        More,
        None,
        Done,

        /// <summary>Done, but the last byte is not part of the escape.</summary>
        DoneBefore,
    }
}
