namespace AgentPost.Store;

/// <summary>
/// One state of a folder: its entries ordered by UID, immutable and shared by all sessions of the process. Entries lie in blocks that
/// successive snapshots share, so that a change costs what changed and a comparison skips blocks that are the same object.
/// </summary>
public sealed class FolderSnapshot
{
    public FolderSnapshot(FolderKey key, UidValidity uidValidity, Uid uidNext, ModSeq highestModSeq, FolderBlock[] blocks)
    {
        Key = key;
        UidValidity = uidValidity;
        UidNext = uidNext;
        HighestModSeq = highestModSeq;
        Blocks = blocks;
        Count = blocks.Sum(block => block.Entries.Length);
    }

    public FolderKey Key { get; }

    public UidValidity UidValidity { get; }

    public Uid UidNext { get; }

    public ModSeq HighestModSeq { get; }

    /// <summary>Ordered; none is empty.</summary>
    public IReadOnlyList<FolderBlock> Blocks { get; }

    public int Count { get; }

    /// <summary>The entry at a 0-based index (message sequence number minus 1).</summary>
    public FolderEntry this[int index] => throw new NotImplementedException();

    /// <summary>The 0-based index of a UID; if absent, the complement (<c>~</c>) of the index of the next larger one.</summary>
    public int IndexOf(Uid uid) => throw new NotImplementedException();
}

/// <summary>A run of entries ordered by UID, at most 1,024, shared between snapshots. Treat as immutable.</summary>
public sealed class FolderBlock(FolderEntry[] entries)
{
    public ReadOnlyMemory<FolderEntry> Entries { get; } = entries;
}
