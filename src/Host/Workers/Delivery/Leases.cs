using System.Collections.Concurrent;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>The leases of queued mail that this instance holds; renews them while it runs.</summary>
sealed class Leases(MailStore store) : Worker
{
    // A few may fail before a lease expires.
    static readonly TimeSpan Interval = Queue.Lease / 4;

    readonly ConcurrentDictionary<Guid, bool> _held = [];

    public override string Name => "queue leases";

    public void Add(Guid lease) => _held[lease] = true;

    public void Remove(Guid lease) => _held.TryRemove(lease, out _);

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        if (_held.Keys is { Count: > 0 } leases)
        {
            await store.Queue.ExtendAsync([.. leases], stopping);
        }
        return Interval;
    }
}
