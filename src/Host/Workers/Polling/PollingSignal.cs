namespace AgentPost.Host.Workers.Polling;

/// <summary>Tells whoever waits on this host that an account was started or stopped, or is to be polled now. Any thread.</summary>
sealed class PollingSignal
{
    TaskCompletionSource _next = New();

    /// <summary>Ends at the next <see cref="Raise"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
