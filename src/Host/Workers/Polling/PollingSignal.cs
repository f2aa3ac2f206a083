using AgentPost.Host.Workers.Supervision;

namespace AgentPost.Host.Workers.Polling;

/// <summary>
/// Wakes the pollers of this instance when a remote account is started, stopped or asked to poll. Thread-safe.
/// </summary>
sealed class PollingSignal
{
    TaskCompletionSource _next = New();

    /// <summary>Completes at the next <see cref="Raise"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes the worker that starts pollers.</summary>
    public WakeSignal Wake { get; } = new();

    public void Raise()
    {
        Interlocked.Exchange(ref _next, New()).SetResult();
        Wake.Raise();
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
