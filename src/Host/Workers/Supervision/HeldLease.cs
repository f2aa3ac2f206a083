namespace AgentPost.Host.Workers.Supervision;

/// <summary>A lease that this instance holds. The work that it covers disposes it. Thread-safe.</summary>
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

    /// <summary>Less than half of the lease may be left.</summary>
    internal bool IsStale => _keeper.IsStale(_renewed);

    /// <summary>
    /// Ensures, right before an irreversible step, that the lease is held and lasts for at least half of its length.
    /// Throws <see cref="LeaseLostException"/>, and StoreUnavailableException if that cannot be known.
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

/// <summary>When a lease was requested, on both clocks of the host.</summary>
/// <param name="Timestamp">Does not jump, but stands still while the host is suspended.</param>
/// <param name="Time">Does not stand still, but may jump.</param>
sealed record LeaseMoment(long Timestamp, DateTimeOffset Time);
