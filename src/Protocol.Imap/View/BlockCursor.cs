using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>Walks the entries of a snapshot in order, block by block.</summary>
struct BlockCursor(FolderSnapshot snapshot)
{
    int _block;
    int _offset;

    /// <summary>Message sequence number of the entry at the cursor.</summary>
    public int Number { get; private set; } = 1;

    public readonly bool AtEnd => _block == snapshot.Blocks.Count;

    /// <summary>Number of remaining entries, including the one at the cursor.</summary>
    public readonly int Remaining => snapshot.Count - Number + 1;

    public readonly ref readonly FolderEntry Entry => ref Block.Entries.Span[_offset];

    readonly FolderBlock Block => snapshot.Blocks[_block];

    /// <summary>True if both cursors are at the start of the same block.</summary>
    public readonly bool AtSameBlock(in BlockCursor other) => _offset == 0 && other._offset == 0 && ReferenceEquals(Block, other.Block);

    public void Step()
    {
        Number++;
        if (++_offset == Block.Entries.Length)
        {
            _block++;
            _offset = 0;
        }
    }

    /// <summary>Moves to the start of the next block.</summary>
    public void SkipBlock()
    {
        Number += Block.Entries.Length - _offset;
        _block++;
        _offset = 0;
    }

    /// <summary>Moves forward to the entry with this number.</summary>
    public void AdvanceTo(int number)
    {
        while (number - Number >= Block.Entries.Length - _offset)
        {
            SkipBlock();
        }
        _offset += number - Number;
        Number = number;
    }
}
