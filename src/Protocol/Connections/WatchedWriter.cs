using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// A writer that records since when a flush has been pending, and throws if the client has disconnected.
/// </summary>
sealed class WatchedWriter(PipeWriter target, TimeProvider time) : PipeWriter
{
    const long NotPending = long.MinValue;

    long _pendingSince = NotPending;

    /// <summary>The underlying writer. Replaced after a flush when TLS or compression starts.</summary>
    public PipeWriter Target { get; set; } = target;

    /// <summary>Timestamp of the time provider at the start of the pending flush. Null if none is pending.</summary>
    public long? PendingSince => Interlocked.Read(ref _pendingSince) is not NotPending and var since ? since : null;

    public override bool CanGetUnflushedBytes => Target.CanGetUnflushedBytes;
    public override long UnflushedBytes => Target.UnflushedBytes;

    public override void Advance(int bytes) => Target.Advance(bytes);
    public override Memory<byte> GetMemory(int sizeHint = 0) => Target.GetMemory(sizeHint);
    public override Span<byte> GetSpan(int sizeHint = 0) => Target.GetSpan(sizeHint);
    public override void CancelPendingFlush() => Target.CancelPendingFlush();
    public override void Complete(Exception? exception = null) => Target.Complete(exception);
    public override ValueTask CompleteAsync(Exception? exception = null) => Target.CompleteAsync(exception);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Exchange(ref _pendingSince, time.GetTimestamp());
        try
        {
            var result = await Target.FlushAsync(cancellationToken);
            return result.IsCompleted ? throw new ConnectionResetException("The client is gone.") : result;
        }
        finally
        {
            Interlocked.Exchange(ref _pendingSince, NotPending);
        }
    }
}
