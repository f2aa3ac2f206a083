using System.Buffers;
using System.IO.Pipelines;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>
/// Reads one message from the pipe into a sink as it arrives. Always reads to the real end, even if the message is
/// invalid or the sink fails, so that the next byte belongs to the next command. Used once.
/// </summary>
/// <param name="limit">
/// Maximum message size in bytes, with CRLF for each line end. The rest of a longer message is discarded.
/// </param>
sealed class DataReader(PipeReader input, long limit, LineFeedUse lineFeed = LineFeedUse.Rejected)
{
    readonly DataScanner _scanner = new(lineFeed);
    readonly FailSafeSink _sink = new();
    long _octets;

    /// <summary>The fault of the message. Final once the message is complete.</summary>
    public DataFault Fault => _octets + _scanner.LoneLineFeeds > limit && _scanner.Fault == DataFault.None ? DataFault.TooBig : _scanner.Fault;

    public bool IsComplete => _scanner.IsComplete;

    /// <summary>
    /// Reads the bytes that have arrived. At the end of the message, throws the exception that the sink threw, if any.
    /// </summary>
    public async Task<DataProgress> ReadAsync(Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellation)
    {
        var read = await input.ReadAsync(cancellation);
        var taken = 0L;
        try
        {
            foreach (var segment in read.Buffer)
            {
                for (var rest = segment; !rest.IsEmpty && !_scanner.IsComplete;)
                {
                    var octets = _scanner.Scan(rest.Span, out var content);
                    taken += octets;
                    await PassOnAsync(_scanner.Held, sink, cancellation);
                    await PassOnAsync(rest[content], sink, cancellation);
                    rest = rest[octets..];
                }
            }
        }
        finally
        {
            input.AdvanceTo(read.Buffer.GetPosition(taken));
        }
        if (_scanner.IsComplete)
        {
            _sink.ThrowIfFailed();
            return DataProgress.Complete;
        }
        return read.IsCanceled ? DataProgress.Canceled : read.IsCompleted ? DataProgress.EndOfInput : DataProgress.More;
    }

    async ValueTask PassOnAsync(ReadOnlyMemory<byte> content, Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellation)
    {
        _octets += content.Length;
        if (Fault == DataFault.None)
        {
            await _sink.WriteAsync(new(content), sink, cancellation);
        }
    }
}

enum DataProgress
{
    More,
    Complete,

    /// <summary>The read was canceled: see <see cref="ClientConnection.EndRequested"/>.</summary>
    Canceled,

    EndOfInput,
}
