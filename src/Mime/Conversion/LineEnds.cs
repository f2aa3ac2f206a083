namespace AgentPost.Mime.Conversion;

/// <summary>
/// Gives every LF of a message that arrives in pieces the CR before it that mail has (RFC 5322 §2.3). A CR alone ends no line and stays as it is. One for each message.
/// </summary>
public sealed class LineEnds
{
    byte[] _rewritten = [];
    bool _afterCarriageReturn;

    /// <summary>The piece itself when no CR is missing from it; else octets that are valid until the next call.</summary>
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
