using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// The grace period in which a message that is arriving may still finish when the server stops. Cancels the pending
/// read at its end, in case the client sends nothing more.
/// </summary>
sealed class StopDeadline(SmtpContext context) : IDisposable
{
    ITimer? _timer;
    long _startedAt;

    /// <summary>Starts the grace period at the first call. Returns true if it has passed.</summary>
    public bool HasPassed()
    {
        var (time, grace) = (context.Services.Time, context.Services.Options.StopGrace);
        if (_timer is null)
        {
            _startedAt = time.GetTimestamp();
            _timer = time.CreateTimer(
                _ => context.Connection.Input.CancelPendingRead(), null, grace, Timeout.InfiniteTimeSpan);
        }
        return time.GetElapsedTime(_startedAt) >= grace;
    }

    public void Dispose() => _timer?.Dispose();
}
