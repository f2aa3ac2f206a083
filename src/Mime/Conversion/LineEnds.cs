namespace AgentPost.Mime.Conversion;

/// <summary>
/// Inserts the CR that is missing before an LF (RFC 5322 §2.3), in a message that arrives in pieces. A bare CR does not
/// end a line and stays unchanged. Use one instance per message.
/// </summary>
public sealed class LineEnds
{
    byte[] _rewritten = [];
    bool _afterCarriageReturn;

    /// <summary>
    /// Returns the piece itself if no CR is missing; otherwise bytes that are valid until the next call.
    /// </summary>
    public ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return piece;
        }
        var missing = CountMissing(piece.Span);
        var written = missing == 0 ? piece : Rewrite(piece.Span, missing);
        _afterCarriageReturn = piece.Span[^1] == '\r';
        return written;
    }

    int CountMissing(ReadOnlySpan<byte> octets)
    {
        var missing = 0;
        var from = 0;
        while (octets[from..].IndexOf((byte)'\n') is >= 0 and var found)
        {
            var lineFeed = from + found;
            missing += IsAfterCarriageReturn(octets, lineFeed) ? 0 : 1;
            from = lineFeed + 1;
        }
        return missing;
    }

    bool IsAfterCarriageReturn(ReadOnlySpan<byte> octets, int position) => position == 0 ? _afterCarriageReturn : octets[position - 1] == '\r';

    ReadOnlyMemory<byte> Rewrite(ReadOnlySpan<byte> octets, int missing)
    {
        var length = octets.Length + missing;
        if (_rewritten.Length < length)
        {
            _rewritten = new byte[length];
        }
        var output = _rewritten.AsSpan();
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] == '\n' && !IsAfterCarriageReturn(octets, i))
            {
                output[0] = (byte)'\r';
                output = output[1..];
            }
            output[0] = octets[i];
            output = output[1..];
        }
        return _rewritten.AsMemory(0, length);
    }
}
