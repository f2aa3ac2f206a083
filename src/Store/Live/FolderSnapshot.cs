using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// One state of a folder: its entries ordered by UID. Immutable, and shared by all sessions of the process. Entries are
/// stored in blocks that successive snapshots share. So the cost of a change depends on its size only, and a comparison
/// can skip identical blocks.
/// </summary>
public sealed class FolderSnapshot
{
    readonly FolderBlock[] _blocks;

    // _starts[i] is the index of the first entry of block i.
    readonly int[] _starts;
    KeywordSet? _keywords;

    /// <param name="blocks">Ordered, none empty. The snapshot owns the array from now on.</param>
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

    /// <summary>Number of entries without <c>\Seen</c>.</summary>
    public int UnseenCount => Total(block => block.UnseenCount);

    /// <summary>Number of entries with <c>\Deleted</c>.</summary>
    public int DeletedCount => Total(block => block.DeletedCount);

    /// <summary>The 0-based index of the first entry without <c>\Seen</c>. Null if all entries have it.</summary>
    public int? FirstUnseenIndex
    {
        get
        {
            var block = Array.FindIndex(_blocks, candidate => candidate.UnseenCount > 0);
            return block < 0 ? null : _starts[block] + _blocks[block].FirstUnseen;
        }
    }

    /// <summary>The keywords of all entries.</summary>
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

    /// <summary>
    /// Finds the 0-based index of a UID. If it is absent, returns the complement (<c>~</c>) of the index of the next
    /// larger UID.
    /// </summary>
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

    /// <summary>
    /// Finds the index of the block that contains the UID, or would contain it: the last block whose first UID is not
    /// larger. Returns -1 if there is none.
    /// </summary>
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
