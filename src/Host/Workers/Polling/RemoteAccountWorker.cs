using AgentPost.Store;

namespace AgentPost.Host.Workers.Polling;

/// <summary>
/// Polls remote accounts. Each is polled by the instance that holds its lease; the others check periodically whether it
/// is free.
/// </summary>
sealed class RemoteAccountWorker(
    MailStore store, PollingSignal signal, IServiceProvider services, ILogger<RemoteAccountWorker> logger)
    : BackgroundService
{
    // Each is an idle connection.
    const int MaxAccounts = 5000;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            var raised = signal.Next;
            running.RemoveAll(task => task.IsCompleted);
            try
            {
                while (running.Count < MaxAccounts && await store.RemoteAccounts.AcquireAsync(stoppingToken) is var (account, lease))
                {
                    running.Add(RunAsync(account, lease, stoppingToken));
                }
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.PollingStalled(logger, unavailable);
            }
            catch (OperationCanceledException)
            {
                // The loop ends.
            }
            await Task.WhenAny(raised, Task.Delay(Interval, stoppingToken));
        }
        await Task.WhenAll(running);
    }

    async Task RunAsync(RemoteAccount account, PollLease lease, CancellationToken stopping)
    {
        try
        {
            await ActivatorUtilities.CreateInstance<RemoteAccountPoller>(services, account, lease).RunAsync(stopping);
        }
        // An error in one account must not stop polling of the others.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.PollFailed(logger, account.Inbox.ToString(), failure);
        }
    }
}
