using System.Collections.Concurrent;
using AgentPost.Store;
using AgentPost.Store.Data;

namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// Keeps the leases that this instance holds on the rows of one table: renews them every quarter of their length, and
/// cancels the work whose lease is lost. Thread-safe.
/// </summary>
abstract class LeaseKeeper(RowLeases leases, TimeProvider time) : Worker
{
    readonly ConcurrentDictionary<Guid, HeldLease> _held = [];

    public override string Name => $"leases of {leases.Table}";

    // With a longer delay, the leases would expire.
    public override TimeSpan MaxDelay => leases.Length / 4;

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        await RenewAsync([.. _held.Values], stopping);
        return leases.Length / 4;
    }

    /// <summary>
    /// Acquires rows under a new lease. Renews stale leases first: after a database outage, this instance must not
    /// reacquire rows that it still works on, such as a message whose delivery is not recorded yet.
    /// </summary>
    /// <param name="acquire">Returns null if there is nothing to acquire.</param>
    /// <param name="leaseOf">Returns the lease of the acquired row.</param>
    public async Task<(T Row, HeldLease Lease)?> AcquireAsync<T>(
        Func<CancellationToken, Task<T?>> acquire, Func<T, Guid> leaseOf, CancellationToken cancellation)
        where T : class
    {
        await RenewAsync([.. _held.Values.Where(lease => lease.IsStale)], cancellation);
        var acquired = Now();
        if (await acquire(cancellation) is not { } row)
        {
            return null;
        }
        var lease = new HeldLease(this, leaseOf(row), acquired);
        _held[lease.Id] = lease;
        return (row, lease);
    }

    internal async Task RenewAsync(IReadOnlyCollection<HeldLease> held, CancellationToken cancellation)
    {
        if (held.Count == 0)
        {
            return;
        }
        var renewed = Now();
        var still = await leases.RenewAsync([.. held.Select(lease => lease.Id)], cancellation);
        foreach (var lease in held)
        {
            if (still.Contains(lease.Id))
            {
                lease.Renewed(renewed);
            }
            else
            {
                lease.Lose();
            }
        }
    }

    internal bool IsStale(LeaseMoment renewed)
    {
        var (steady, wall) = (time.GetElapsedTime(renewed.Timestamp), (time.GetUtcNow() - renewed.Time).Duration());
        return (steady > wall ? steady : wall) > leases.Length / 2;
    }

    internal void Forget(HeldLease lease) => _held.TryRemove(lease.Id, out _);

    LeaseMoment Now() => new(time.GetTimestamp(), time.GetUtcNow());
}

/// <summary>The leases on queued mail.</summary>
sealed class QueueLeases(MailStore store) : LeaseKeeper(store.Queue.Leases, store.Time);

/// <summary>The lease of the instance that purges.</summary>
sealed class RetentionLease(MailStore store) : LeaseKeeper(store.Retention.Leases, store.Time);
