namespace AgentPost.Mime.Headers;

/// <summary>Undoes the folding of header fields (RFC 5322 §2.2.3).</summary>
static class Unfolding
{
    /// <summary>
    /// Removes line ends, then whitespace at both ends. Copies only if a line end is inside the value.
    /// </summary>
    public static ReadOnlySpan<byte> Unfold(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        if (!value.Contains((byte)'\n'))
        {
            return value;
        }
        var unfolded = new byte[value.Length];
        var count = 0;
        while (true)
        {
            var lineFeed = value.IndexOf((byte)'\n');
            var line = lineFeed < 0 ? value : value[..lineFeed];
            if (lineFeed > 0 && line[^1] == '\r')
            {
                line = line[..^1];
            }
            line.CopyTo(unfolded.AsSpan(count));
            count += line.Length;
            if (lineFeed < 0)
            {
                return unfolded.AsSpan(0, count);
            }
            value = value[(lineFeed + 1)..];
        }
    }
}
