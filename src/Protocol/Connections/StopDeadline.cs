using System.IO.Pipelines;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// The grace period in which a command that is arriving may still finish when the server stops. Cancels the pending
/// read at its end, in case the client sends nothing more.
/// </summary>
public sealed class StopDeadline(PipeReader input, TimeProvider time, TimeSpan grace) : IDisposable
{
    ITimer? _timer;
    volatile bool _hasPassed;

    /// <summary>Starts the grace period at the first call. Returns true if it has passed.</summary>
    public bool HasPassed()
    {
        _timer ??= time.CreateTimer(_ => End(), null, grace, Timeout.InfiniteTimeSpan);
        return _hasPassed;
    }

    public void Dispose() => _timer?.Dispose();

    // The timer decides, not a second clock: it may fire a moment before the time has elapsed, and fires once only.
    void End()
    {
        _hasPassed = true;
        input.CancelPendingRead();
    }
}
