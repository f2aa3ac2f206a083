using System.Buffers;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// Makes the octets of a message what DATA sends (RFC 5321 §4.5.2): dots at the beginning of a line doubled, a line end at the end. A lone CR or LF, which some
/// servers would take for a line end and others not, becomes CRLF, so that nothing in a message can end it. Resumable at any octet.
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

    /// <summary>Writes the end of the message: the dot on a line of its own.</summary>
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
