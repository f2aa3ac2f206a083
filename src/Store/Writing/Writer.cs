using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>Runs write transactions. After the commit, refreshes live folders and sends hints.</summary>
sealed class Writer(
    Database database, KeywordCatalog catalog, LiveFolders live, ChangeNotifier notifier, InboxCapacity capacity,
    ListLimits limits, TimeProvider time)
{
    /// <summary>
    /// Runs work in a transaction. If the work returns without a commit, nothing changes. The work may run a second
    /// time after a deadlock, so it must not consume its inputs. When this method returns, the sessions of this process
    /// see the change, and every synchronous standby has it.
    /// </summary>
    /// <param name="inbox">The inbox whose share of the database the work uses; if the work changes several inboxes,
    /// any of them.</param>
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
            // The requested state exists already, maybe from a first try whose commit was not confirmed.
            await database.ConfirmAsync(cancellation);
        }

        // The connection has been returned to the pool: refreshing live folders may need one.
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

    /// <summary>
    /// Notifies sessions that watch an inbox that folders (not their messages), subscriptions or annotations have
    /// changed.
    /// </summary>
    public void NamesChanged(InboxId inbox)
    {
        live.Hint(new(inbox, FolderId.None));
        notifier.NamesChanged(inbox);
    }

    // Postgres stores microseconds. A value that is returned now must equal the value that is read later.
    DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
