using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>Runs write transactions and, after the commit, brings live folders forward and sends hints.</summary>
sealed class Writer(
    Database database, KeywordCatalog catalog, LiveFolders live, ChangeNotifier notifier, InboxCapacity capacity,
    ListLimits limits, TimeProvider time)
{
    /// <summary>
    /// Runs work in a transaction. Work that returns without having committed has changed nothing. It may be run again after a deadlock, so it must not
    /// use up what it is given. When this returns, the sessions of this process can see the change, and every
    /// synchronous standby has it.
    /// </summary>
    /// <param name="inbox">Whose share of the database the work uses; if it changes several inboxes, any of them.</param>
    public async Task<T> RunAsync<T>(InboxId inbox, Func<WriteTransaction, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        var (result, isCommitted, committed, renamed, isNoted) = await database.WriteAsync(
            inbox,
            async (connection, token) =>
            {
                await using var transaction = await WriteTransaction.BeginAsync(
                    database, connection, catalog, capacity, limits, Now(), token);
                var result = await work(transaction, token);
                return transaction.IsCommitted
                    ? (
                        result, true, transaction.Committed(), transaction.InboxesWithOtherNames(),
                        !transaction.Notes.IsEmpty)
                    : (result, false, (IReadOnlyList<CommittedChange>)[], (IReadOnlyList<InboxId>)[], false);
            },
            cancellation);
        if (!isCommitted)
        {
            // What the client wants is there already, maybe by its first try, whose commit was not confirmed.
            await database.ConfirmAsync(cancellation);
        }

        // The connection is back: bringing live folders forward may need one of its own.
        foreach (var change in committed)
        {
            await live.ApplyAsync(change);
            notifier.FolderChanged(change.Key);
        }
        foreach (var changed in renamed)
        {
            NamesChanged(changed);
        }
        if (isNoted)
        {
            notifier.EventsNoted();
        }
        return result;
    }

    /// <summary>Tells those who follow an inbox that folders as such, subscriptions or annotations have changed.</summary>
    public void NamesChanged(InboxId inbox)
    {
        live.Hint(new(inbox, FolderId.None));
        notifier.NamesChanged(inbox);
    }

    // Postgres keeps microseconds; what is handed out must equal what is read again.
    DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
