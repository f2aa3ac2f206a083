using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// Builds the block list of a new snapshot from whole blocks and single entries, in ascending order. If a shared block
/// follows only a few single entries, it is packed with them. Otherwise blocks would become ever smaller as entries are
/// expunged.
/// </summary>
sealed class BlockListBuilder(int expectedBlocks)
{
    // A block with fewer entries than this is merged, although its neighbor must then be copied.
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
