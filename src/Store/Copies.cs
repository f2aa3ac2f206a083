namespace AgentPost.Store;

/// <summary>Copies and moves entries, all or none. A copy is a second entry of the same message.</summary>
public sealed class Copies
{
    /// <summary>Copies the UIDs (ascending) that exist. Flags, keywords and internal date go along. Refusals: FolderNotFound, KeywordLimit.</summary>
    public Task<CopyResult> CopyAsync(FolderKey source, ReadOnlyMemory<Uid> uids, FolderId destination, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Moves the UIDs (ascending) that exist; moving into the same folder gives them new UIDs.</summary>
    public Task<CopyResult> MoveAsync(FolderKey source, ReadOnlyMemory<Uid> uids, FolderId destination, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <summary>Parallel lists: <c>Source[i]</c> became <c>Destination[i]</c>; ascending.</summary>
public sealed record CopyResult(UidValidity UidValidity, IReadOnlyList<Uid> Source, IReadOnlyList<Uid> Destination, ModSeq ModSeq);
