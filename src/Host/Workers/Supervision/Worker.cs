namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// Background work in iterations. <see cref="Supervisor"/> runs them one after the other until the program stops. An
/// iteration does not catch its exceptions: the supervisor logs them and retries with back-off.
/// </summary>
abstract class Worker
{
    /// <summary>Name in the log and in <c>/health</c>, such as <c>delivery</c>. Unique.</summary>
    public abstract string Name { get; }

    /// <summary>Starts the next iteration before the pause ends.</summary>
    public virtual WakeSignal Wake { get; } = new();

    /// <summary>Maximum delay before a failed iteration is retried.</summary>
    public virtual TimeSpan MaxDelay => TimeSpan.FromMinutes(1);

    /// <summary>
    /// Runs one iteration. Returns the pause before the next one; <see cref="Timeout.InfiniteTimeSpan"/> if only
    /// <see cref="Wake"/> starts it.
    /// </summary>
    public abstract Task<TimeSpan> RunAsync(CancellationToken stopping);

    /// <summary>
    /// Completes when the jobs that iterations started have ended. Called once, after the last iteration.
    /// </summary>
    public virtual Task FinishAsync() => Task.CompletedTask;
}
