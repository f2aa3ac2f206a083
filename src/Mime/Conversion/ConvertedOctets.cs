using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Conversion;

/// <summary>
/// Writes a message piece by piece from the bytes of another, and checks whether the result is text. Does not own the
/// output.
/// </summary>
sealed class ConvertedOctets(Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, Stream output)
{
    const int LinesAtOnce = 512;

    readonly LineEndCheck _check = new();
    readonly byte[] _content = new byte[LinesAtOnce * Base64Lines.Input];
    readonly byte[] _lines = new byte[LinesAtOnce * Base64Lines.Output];

    /// <summary>True if the output has no NUL and no bare CR or LF. Call once, at the end.</summary>
    public bool IsText()
    {
        _check.Complete();
        return _check.Fault == LineFault.None;
    }

    public async Task CopyAsync(long from, long to, CancellationToken cancellation)
    {
        while (await FillAsync(from, to, cancellation) is > 0 and var count)
        {
            await WriteAsync(_content.AsMemory(0, count), cancellation);
            from += count;
        }
    }

    public async Task EncodeAsync(long from, long to, CancellationToken cancellation)
    {
        while (await FillAsync(from, to, cancellation) is > 0 and var count)
        {
            await WriteAsync(_lines.AsMemory(0, Base64Lines.Encode(_content.AsSpan(0, count), _lines)), cancellation);
            from += count;
        }
    }

    public Task WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        _check.Write(octets.Span);
        return output.WriteAsync(octets, cancellation).AsTask();
    }

    // Reads whole lines of base64, except for the last.
    async Task<int> FillAsync(long from, long to, CancellationToken cancellation)
    {
        var wanted = (int)Math.Min(to - from, _content.Length);
        var filled = 0;
        while (filled < wanted && await read(from + filled, _content.AsMemory(filled, wanted - filled), cancellation) is > 0 and var count)
        {
            filled += count;
        }
        return filled;
    }
}
