using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;

namespace AgentPost.Host.Workers;

/// <summary>Purges old mail and records every hour, and at the start for a program that never runs for an hour.</summary>
sealed class RetentionWorker(MailStore store, Options options) : Worker
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public override string Name => "retention";

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        await store.Retention.PurgeAsync(options.KeepTrash, stopping);
        return Interval;
    }
}
