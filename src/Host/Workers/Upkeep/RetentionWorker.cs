using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// Purges old mail and records every hour, and at startup, because a process may never run for an hour. One instance
/// purges at a time.
/// </summary>
sealed class RetentionWorker(MailStore store, Options options, RetentionLease leases) : Worker
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public override string Name => "retention";

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        if (await leases.AcquireAsync(store.Retention.AcquireAsync, lease => lease.Id, stopping) is var (_, lease))
        {
            using (lease)
            {
                await PurgeAsync(lease, stopping);
            }
        }
        return Interval;
    }

    async Task PurgeAsync(HeldLease lease, CancellationToken stopping)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Lost);
        try
        {
            await store.Retention.PurgeAsync(options.KeepTrash, held.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Another instance purges.
        }
        finally
        {
            await store.Retention.Leases.ReleaseAsync(lease.Id, CancellationToken.None);
        }
    }
}
