using System.Collections.Concurrent;
using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// Runs all workers of the program. An exception in an iteration is logged with its stack, and the iteration is retried
/// with back-off; the other workers are not affected. If the database is unavailable, the store logs that once, and
/// workers log it at Debug. Only exhausted memory stops the program.
/// </summary>
sealed class Supervisor(
    IEnumerable<Worker> workers, TimeProvider time, IHostApplicationLifetime program, ILogger<Supervisor> logger)
    : BackgroundService
{
    /// <summary>Duration of failing after which a worker makes <c>/health</c> report "degraded".</summary>
    public static readonly TimeSpan DegradedAfter = TimeSpan.FromMinutes(2);

    static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    // After a database outage, mail must not wait a full minute.
    static readonly TimeSpan MaxOutageDelay = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, long> _failingSince = new(StringComparer.Ordinal);

    /// <summary>The exception that stopped the program. Null if no exception stopped it.</summary>
    public Exception? Fatal { get; private set; }

    /// <summary>
    /// Finds the workers whose iterations have all failed for longer than <see cref="DegradedAfter"/>.
    /// </summary>
    public IReadOnlyList<string> FindFailing() =>
    [
        .. _failingSince.Where(pair => time.GetElapsedTime(pair.Value) > DegradedAfter).Select(pair => pair.Key)
            .Order(StringComparer.Ordinal),
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(workers.Select(worker => SuperviseAsync(worker, stoppingToken)));

    async Task SuperviseAsync(Worker worker, CancellationToken stopping)
    {
        // A worker that never yields must not keep the others from starting.
        await Task.Yield();
        try
        {
            var failures = 0;
            while (!stopping.IsCancellationRequested)
            {
                failures = await TryAsync(worker, failures, stopping);
            }
            await worker.FinishAsync();
        }
        catch (OutOfMemoryException fatal)
        {
            Log.WorkerFatal(logger, worker.Name, fatal);
            Fatal = fatal;
            program.StopApplication();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.WorkerNotFinished(logger, worker.Name, failure);
        }
    }

    /// <summary>Runs one iteration and waits for the next. Returns the number of consecutive failures.</summary>
    async Task<int> TryAsync(Worker worker, int failures, CancellationToken stopping)
    {
        try
        {
            var pause = await worker.RunAsync(stopping);
            _failingSince.TryRemove(worker.Name, out _);
            await worker.Wake.WaitAsync(pause, stopping);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return failures;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _failingSince.TryAdd(worker.Name, time.GetTimestamp());
            var limit = failure is StoreUnavailableException ? MaxOutageDelay : worker.MaxDelay;
            var delay = DelayAfter(failures + 1, limit);
            Report(worker, delay, failure);
            // A wake signal does not shorten this delay: a worker that is woken often would retry without back-off.
            await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return failures + 1;
        }
    }

    void Report(Worker worker, TimeSpan delay, Exception failure)
    {
        if (failure is StoreUnavailableException)
        {
            Log.WorkerWaits(logger, worker.Name, failure);
        }
        else
        {
            Log.WorkerFailed(logger, worker.Name, delay.TotalSeconds, failure);
        }
    }

    static TimeSpan DelayAfter(int failures, TimeSpan limit)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(failures - 1, 10));
        return delay < limit ? delay : limit;
    }
}
