using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// Collects the blocks of a new snapshot: takes over whole ones and packs loose entries, all in ascending order. A shared block that comes after
/// few loose entries is packed with them, so that blocks do not dwindle as entries are expunged.
/// </summary>
sealed class BlockListBuilder(int expectedBlocks)
{
    // Below this many entries a block is worth copying to be rid of.
    const int Small = FolderBlock.Capacity / 4;

    readonly List<FolderBlock> _blocks = new(expectedBlocks);
    FolderEntry[] _loose = [];
    int _count;

    public void Add(in FolderEntry entry)
    {
        if (_count == FolderBlock.Capacity)
        {
            Close();
        }
        if (_count == _loose.Length)
        {
            Array.Resize(ref _loose, Math.Min(Math.Max(64, _count * 2), FolderBlock.Capacity));
        }
        _loose[_count++] = entry;
    }

    public void Share(FolderBlock block)
    {
        if (_count is > 0 and < Small && _count + block.Count <= FolderBlock.Capacity)
        {
            foreach (ref readonly var entry in block.Entries.Span)
            {
                Add(entry);
            }
            return;
        }
        Close();
        _blocks.Add(block);
    }

    public FolderBlock[] ToArray()
    {
        Close();
        return [.. _blocks];
    }

    void Close()
    {
        if (_count > 0)
        {
            _blocks.Add(new(_loose.AsSpan(0, _count).ToArray()));
            _count = 0;
        }
    }
}
