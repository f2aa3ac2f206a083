namespace AgentPost.Host.Workers.Supervision;

/// <summary>A lease that this instance holds. The work that it protects disposes it. Thread-safe.</summary>
sealed class HeldLease : IDisposable
{
    readonly LeaseKeeper _keeper;
    readonly CancellationTokenSource _lost = new();
    volatile LeaseMoment _renewed;

    internal HeldLease(LeaseKeeper keeper, Guid id, LeaseMoment acquired)
    {
        _keeper = keeper;
        Id = id;
        _renewed = acquired;
        Lost = _lost.Token;
    }

    public Guid Id { get; }

    /// <summary>Canceled when the lease is lost.</summary>
    public CancellationToken Lost { get; }

    /// <summary>True if less than half of the lease may be left.</summary>
    internal bool IsStale => _keeper.IsStale(_renewed);

    /// <summary>
    /// Ensures, right before an irreversible step, that the lease is held for at least half of its length. Throws
    /// <see cref="LeaseLostException"/> if it is lost, and StoreUnavailableException if this cannot be verified.
    /// </summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (!Lost.IsCancellationRequested && IsStale)
        {
            await _keeper.RenewAsync([this], cancellation);
        }
        if (Lost.IsCancellationRequested)
        {
            throw new LeaseLostException();
        }
    }

    public void Dispose()
    {
        _keeper.Forget(this);
        _lost.Dispose();
    }

    internal void Renewed(LeaseMoment at) => _renewed = at;

    internal void Lose()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work ended in the meantime.
        }
    }
}

/// <summary>The time at which a lease was requested, on both clocks of the host.</summary>
/// <param name="Timestamp">Monotonic, but stops while the host is suspended.</param>
/// <param name="Time">Wall clock, which also runs while the host is suspended, but may jump.</param>
sealed record LeaseMoment(long Timestamp, DateTimeOffset Time);
