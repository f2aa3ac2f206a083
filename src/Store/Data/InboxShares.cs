using AgentPost.Store.Model;

namespace AgentPost.Store.Data;

/// <summary>
/// Limits how many operations of one kind use the database at the same time, in total and per inbox, so that one inbox
/// cannot occupy the pool. Waiting operations are admitted in order. The total counts this instance only. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // Nothing asks the semaphores for a wait handle, so there is nothing to dispose; work may end after the database is closed.
sealed class InboxShares(int total, int perInbox)
#pragma warning restore CA1001
{
    readonly SemaphoreSlim _total = new(total);
    readonly Dictionary<InboxId, Share> _shares = [];

    /// <summary>
    /// Waits for a slot of the inbox, then for a slot of the total. Disposing the result releases both.
    /// </summary>
    public async Task<IDisposable> EnterAsync(InboxId inbox, CancellationToken cancellation)
    {
        var share = Join(inbox);
        try
        {
            await share.Slots.WaitAsync(cancellation);
        }
        catch
        {
            Leave(inbox, share);
            throw;
        }
        try
        {
            await _total.WaitAsync(cancellation);
        }
        catch
        {
            share.Slots.Release();
            Leave(inbox, share);
            throw;
        }
        return new Slot(this, inbox, share);
    }

    Share Join(InboxId inbox)
    {
        lock (_shares)
        {
            if (!_shares.TryGetValue(inbox, out var share))
            {
                _shares.Add(inbox, share = new(new(perInbox)));
            }
            share.Users++;
            return share;
        }
    }

    void Leave(InboxId inbox, Share share)
    {
        lock (_shares)
        {
            if (--share.Users == 0)
            {
                _shares.Remove(inbox);
            }
        }
    }

    sealed record Share(SemaphoreSlim Slots)
    {
        public int Users { get; set; }
    }

    sealed class Slot(InboxShares owner, InboxId inbox, Share share) : IDisposable
    {
        public void Dispose()
        {
            owner._total.Release();
            share.Slots.Release();
            owner.Leave(inbox, share);
        }
    }
}
