using System.Collections.Concurrent;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>The leases that this host holds; extends them as long as it lives.</summary>
sealed class Leases(Queue queue, ILogger logger)
{
    // A few may fail before a lease ends.
    static readonly TimeSpan Interval = Queue.Lease / 4;

    readonly ConcurrentDictionary<Guid, bool> _held = [];

    public void Add(Guid lease) => _held[lease] = true;

    public void Remove(Guid lease) => _held.TryRemove(lease, out _);

    public async Task ExtendAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                if (_held.Keys is { Count: > 0 } leases)
                {
                    await queue.ExtendAsync([.. leases], cancellation);
                }
            }
            // Whatever it is: without its leases, what is under way here would be sent by others too.
            catch (Exception fault) when (fault is not (OutOfMemoryException or OperationCanceledException))
            {
                Log.LeasesNotExtended(logger, fault is StoreUnavailableException ? LogLevel.Debug : LogLevel.Warning, fault);
            }
        }
    }
}
