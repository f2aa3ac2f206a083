using AgentPost.Host.Settings;
using AgentPost.Store;

namespace AgentPost.Host.Workers;

/// <summary>Removes what nobody needs any more, every hour, and at the start for a program that never runs for an hour.</summary>
sealed class RetentionWorker(MailStore store, Options options, ILogger<RetentionWorker> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await store.Retention.PurgeAsync(options.KeepTrash, stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.PurgeFailed(logger, unavailable);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
