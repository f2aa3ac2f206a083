using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// One state of a folder: its entries ordered by UID, immutable and shared by all sessions of the process. Entries lie in blocks that
/// successive snapshots share, so that a change costs what changed and a comparison skips blocks that are the same object.
/// </summary>
public sealed class FolderSnapshot
{
    readonly FolderBlock[] _blocks;

    // _starts[i] is the index of the first entry of block i.
    readonly int[] _starts;
    KeywordSet? _keywords;

    /// <param name="blocks">Ordered, none empty; owned by the snapshot from here on.</param>
    public FolderSnapshot(FolderKey key, UidValidity uidValidity, Uid uidNext, ModSeq highestModSeq, FolderBlock[] blocks)
    {
        Key = key;
        UidValidity = uidValidity;
        UidNext = uidNext;
        HighestModSeq = highestModSeq;
        _blocks = blocks;
        _starts = new int[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            _starts[i] = Count;
            Count += blocks[i].Count;
        }
    }

    public FolderKey Key { get; }

    public UidValidity UidValidity { get; }

    public Uid UidNext { get; }

    public ModSeq HighestModSeq { get; }

    /// <summary>Ordered; none is empty.</summary>
    public IReadOnlyList<FolderBlock> Blocks => _blocks;

    public int Count { get; }

    /// <summary>Entries without <c>\Seen</c>.</summary>
    public int UnseenCount => Total(block => block.UnseenCount);

    /// <summary>Entries with <c>\Deleted</c>.</summary>
    public int DeletedCount => Total(block => block.DeletedCount);

    /// <summary>The 0-based index of the first entry without <c>\Seen</c>; null when all are seen.</summary>
    public int? FirstUnseenIndex
    {
        get
        {
            var block = Array.FindIndex(_blocks, candidate => candidate.UnseenCount > 0);
            return block < 0 ? null : _starts[block] + _blocks[block].FirstUnseen;
        }
    }

    /// <summary>Every keyword that an entry carries.</summary>
    public KeywordSet KeywordsInUse => _keywords ??= KeywordSet.Of(
        _blocks.SelectMany(block => block.KeywordSets).Distinct().SelectMany(set => set.Names));

    /// <summary>The entry at a 0-based index (message sequence number minus 1).</summary>
    public FolderEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var found = Array.BinarySearch(_starts, index);
            var block = found >= 0 ? found : ~found - 1;
            return _blocks[block].Entries.Span[index - _starts[block]];
        }
    }

    /// <summary>The 0-based index of a UID; if absent, the complement (<c>~</c>) of the index of the next larger one.</summary>
    public int IndexOf(Uid uid)
    {
        var block = BlockAt(uid);
        if (block < 0)
        {
            return ~0;
        }
        var within = _blocks[block].IndexOf(uid);
        return within >= 0 ? _starts[block] + within : ~(_starts[block] + ~within);
    }

    /// <summary>The block that holds the UID or would hold it: the last one that does not begin above it; -1 when all do.</summary>
    internal int BlockAt(Uid uid)
    {
        var low = 0;
        var high = _blocks.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_blocks[middle].First <= uid)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low - 1;
    }

    int Total(Func<FolderBlock, int> ofBlock)
    {
        var total = 0;
        foreach (var block in _blocks)
        {
            total += ofBlock(block);
        }
        return total;
    }
}
