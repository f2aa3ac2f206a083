namespace AgentPost.Store;

/// <summary>Removes entries. A message whose last entry outside Trash goes falls into Trash, but for drafts; in Trash expunging is final.</summary>
public sealed class Expunges
{
    /// <summary>Removes the entries flagged <c>\Deleted</c> among the given UIDs (ascending), or in the whole folder when null. Returns those removed, ascending.</summary>
    public Task<IReadOnlyList<Uid>> ExpungeDeletedAsync(FolderKey folder, ReadOnlyMemory<Uid>? uids, CancellationToken cancellation) => throw new NotImplementedException();
}
