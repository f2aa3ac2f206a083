using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Removes entries. A message that loses its last entry outside Trash moves to Trash, except a draft. Expunging from
/// Trash is permanent.
/// </summary>
public sealed class Expunges
{
    readonly Writer _writer;

    internal Expunges(Writer writer) => _writer = writer;

    /// <summary>
    /// Removes the entries flagged <c>\Deleted</c> among the given UIDs (ascending), or in the whole folder if null.
    /// Returns the removed UIDs, ascending.
    /// </summary>
    public Task<IReadOnlyList<Uid>> ExpungeDeletedAsync(FolderKey folder, ReadOnlyMemory<Uid>? uids, CancellationToken cancellation) =>
        ExpungeAsync(folder, uids, "flags & 8 <> 0", cancellation);

    /// <summary>
    /// Removes the given entries (ascending) whatever their flags; otherwise same as <see cref="ExpungeDeletedAsync"/>.
    /// </summary>
    public Task<IReadOnlyList<Uid>> ExpungeAsync(FolderKey folder, ReadOnlyMemory<Uid> uids, CancellationToken cancellation) =>
        ExpungeAsync(folder, uids, "true", cancellation);

    Task<IReadOnlyList<Uid>> ExpungeAsync(FolderKey folder, ReadOnlyMemory<Uid>? uids, string condition, CancellationToken cancellation) =>
        _writer.RunAsync<IReadOnlyList<Uid>>(
            folder.Inbox,
            async (transaction, token) =>
            {
                if (uids is { IsEmpty: true })
                {
                    return [];
                }
                var target = await transaction.LockFolderAsync(folder, token);
                var filter = uids is { } named ? UidFilter.Of(named.Span) : UidFilter.All;
                await Removal.RemoveAsync(transaction, target, filter, condition, token);
                if (target.Expunged.Count == 0)
                {
                    return [];
                }
                await Removal.FallAsync(transaction, target, token);
                transaction.Notes.TellRemoved(target, target.Expunged);
                await transaction.CommitAsync();
                return [.. target.Expunged];
            },
            cancellation);
}
