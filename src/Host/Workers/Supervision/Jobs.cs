using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// The concurrent jobs of a worker. Several jobs can have the same key. An exception in a job is logged and ends only
/// that job. Not thread-safe: only the iterations of the worker use it.
/// </summary>
sealed class Jobs<TKey>(Worker worker, ILogger logger)
    where TKey : notnull
{
    readonly List<(TKey Key, Task Task)> _started = [];

    /// <summary>The keys of the running jobs, one per job.</summary>
    public IReadOnlyList<TKey> Running
    {
        get
        {
            _started.RemoveAll(job => job.Task.IsCompleted);
            return [.. _started.Select(job => job.Key)];
        }
    }

    public void Start(TKey key, Func<Task> job) => _started.Add((key, RunAsync(key, job)));

    public Task WhenAllAsync() => Task.WhenAll(_started.Select(job => job.Task));

    async Task RunAsync(TKey key, Func<Task> job)
    {
        try
        {
            await job();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var level = failure is StoreUnavailableException ? LogLevel.Debug : LogLevel.Error;
            var name = key.ToString();
            Log.JobFailed(logger, level, worker.Name, name, failure);
        }
    }
}
