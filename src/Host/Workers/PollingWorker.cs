using AgentPost.Store;

namespace AgentPost.Host.Workers;

/// <summary>Fetches the mail of outside accounts. Each is polled by whichever host has taken it; the others ask now and then whether it is free.</summary>
sealed class PollingWorker(MailStore store, PollingSignal signal, IServiceProvider services, ILogger<PollingWorker> logger) : BackgroundService
{
    // Each is a connection that idles.
    const int MostAtOnce = 5000;
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
                while (running.Count < MostAtOnce && await store.Surfaces.TakeAsync(stoppingToken) is var (surface, lease))
                {
                    running.Add(RunAsync(surface, lease, stoppingToken));
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

    async Task RunAsync(Surface surface, SurfaceLease lease, CancellationToken stopping)
    {
        try
        {
            await ActivatorUtilities.CreateInstance<SurfacePolling>(services, surface, lease).RunAsync(stopping);
        }
        // One account must not end the polling of the others.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.PollFailed(logger, surface.Inbox.ToString(), failure);
        }
    }
}
