using System.IO.Pipelines;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// The grace period in which an arriving command may still complete when the server stops. When the period ends,
/// cancels the pending read, in case the client sends nothing more.
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

    // Only the timer decides: a second clock could disagree, because the timer may fire a moment early, and it fires
    // only once.
    void End()
    {
        _hasPassed = true;
        input.CancelPendingRead();
    }
}
