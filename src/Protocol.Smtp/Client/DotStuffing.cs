using System.Buffers;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// Encodes a message for DATA (RFC 5321 §4.5.2): doubles dots at the start of a line and ends the last line. Turns a
/// lone CR or LF, which only some servers treat as a line end, into CRLF, so that nothing in a message can end it.
/// Resumable at any byte.
/// </summary>
sealed class DotStuffing
{
    static readonly SearchValues<byte> Stops = SearchValues.Create("\r\n"u8);

    bool _isAtLineStart = true;
    bool _isAfterCarriageReturn;

    public void Write(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        while (!octets.IsEmpty)
        {
            if (_isAfterCarriageReturn)
            {
                _isAfterCarriageReturn = false;
                EndLine(output);
                if (octets[0] == '\n')
                {
                    octets = octets[1..];
                    continue;
                }
            }
            if (_isAtLineStart && octets[0] == '.')
            {
                output.Write("."u8);
            }
            var stop = octets.IndexOfAny(Stops);
            var text = stop < 0 ? octets : octets[..stop];
            output.Write(text);
            _isAtLineStart &= text.IsEmpty;
            if (stop < 0)
            {
                return;
            }
            if (octets[stop] == '\r')
            {
                _isAfterCarriageReturn = true;
            }
            else
            {
                EndLine(output);
            }
            octets = octets[(stop + 1)..];
        }
    }

    /// <summary>Writes the end of the message: a line with a single dot.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        if (_isAfterCarriageReturn || !_isAtLineStart)
        {
            EndLine(output);
        }
        output.Write(".\r\n"u8);
    }

    void EndLine(IBufferWriter<byte> output)
    {
        output.Write("\r\n"u8);
        _isAtLineStart = true;
    }
}
