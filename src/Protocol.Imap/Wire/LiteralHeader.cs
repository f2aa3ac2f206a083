namespace AgentPost.Protocol.Imap.Wire;

/// <summary>The header of a literal: <c>{310}</c>, <c>{310+}</c>, <c>~{310}</c>.</summary>
/// <param name="Octets">Announced length in bytes; <see cref="long.MaxValue"/> if it has more digits than fit.</param>
readonly record struct LiteralHeader(long Octets, bool IsSynchronizing, bool IsBinary)
{
    const int Digits = 18;

    /// <summary>
    /// Reads the literal header at the end of a line (without its CRLF), and returns its offset. literal = "{" number64
    /// ["+"] "}" / literal8 = "~{" number64 ["+"] "}" (RFC 9051 §9, RFC 7888 §8)
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out LiteralHeader header, out int start)
    {
        header = default;
        start = 0;
        if (line is not [.., (byte)'}'])
        {
            return false;
        }
        var open = line.LastIndexOf((byte)'{');
        if (open < 0)
        {
            return false;
        }
        var inner = line[(open + 1)..^1];
        var isSynchronizing = inner is not [.., (byte)'+'];
        var digits = isSynchronizing ? inner : inner[..^1];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }
        var isBinary = open > 0 && line[open - 1] == '~';
        start = isBinary ? open - 1 : open;
        header = new(Value(digits.TrimStart((byte)'0')), isSynchronizing, isBinary);
        return true;
    }

    static long Value(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > Digits)
        {
            return long.MaxValue;
        }
        var value = 0L;
        foreach (var digit in digits)
        {
            value = value * 10 + (digit - '0');
        }
        return value;
    }
}
