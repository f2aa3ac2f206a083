using System.IO.Pipelines;

namespace AgentPost.Protocol.Connections;

/// <summary>A reader that records since when a read has been pending.</summary>
sealed class WatchedReader(PipeReader source, TimeProvider time) : PipeReader
{
    const long NotPending = long.MinValue;

    long _pendingSince = NotPending;

    /// <summary>The underlying reader. Replaced between two reads when TLS or compression starts.</summary>
    public PipeReader Source { get; set; } = source;

    /// <summary>Timestamp of the time provider at the start of the pending read. Null if none is pending.</summary>
    public long? PendingSince => Interlocked.Read(ref _pendingSince) is not NotPending and var since ? since : null;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = Source.ReadAsync(cancellationToken);
        return read.IsCompleted ? read : WatchAsync(read);
    }

    public override bool TryRead(out ReadResult result) => Source.TryRead(out result);
    public override void AdvanceTo(SequencePosition consumed) => Source.AdvanceTo(consumed);
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => Source.AdvanceTo(consumed, examined);
    public override void CancelPendingRead() => Source.CancelPendingRead();
    public override void Complete(Exception? exception = null) => Source.Complete(exception);
    public override ValueTask CompleteAsync(Exception? exception = null) => Source.CompleteAsync(exception);

    async ValueTask<ReadResult> WatchAsync(ValueTask<ReadResult> read)
    {
        Interlocked.Exchange(ref _pendingSince, time.GetTimestamp());
        try
        {
            return await read;
        }
        finally
        {
            Interlocked.Exchange(ref _pendingSince, NotPending);
        }
    }
}
