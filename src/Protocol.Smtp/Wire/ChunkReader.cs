using System.Buffers;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>
/// Reads the bytes of one chunk (RFC 3030 §2) into a sink as they arrive. Always reads the whole chunk, even if the
/// sink fails, so that the next byte belongs to the next command. Used once.
/// </summary>
/// <param name="octets">Size of the chunk in bytes.</param>
sealed class ChunkReader(PipeReader input, long octets)
{
    readonly FailSafeSink _sink = new();
    long _left = octets;

    public bool IsComplete => _left == 0;

    /// <summary>
    /// Reads the bytes that have arrived. At the end of the chunk, throws the exception that the sink threw, if any.
    /// </summary>
    public async Task<DataProgress> ReadAsync(Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellation)
    {
        if (_left == 0)
        {
            return DataProgress.Complete;
        }
        var read = await input.ReadAsync(cancellation);
        var piece = read.Buffer.Slice(0, Math.Min(_left, read.Buffer.Length));
        _left -= piece.Length;
        try
        {
            await _sink.WriteAsync(piece, sink, cancellation);
        }
        finally
        {
            input.AdvanceTo(piece.End);
        }
        if (_left == 0)
        {
            _sink.ThrowIfFailed();
            return DataProgress.Complete;
        }
        return read.IsCanceled ? DataProgress.Canceled : read.IsCompleted ? DataProgress.EndOfInput : DataProgress.More;
    }
}
