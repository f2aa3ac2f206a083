using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// What a client must be told so that its view goes from one snapshot of a folder to another. Blocks that both snapshots share are skipped, so the cost
/// is that of what changed. All numbers are message sequence numbers (1-based) of the older snapshot.
/// </summary>
sealed class SnapshotDiff
{
    readonly List<NumberedEntry> _expunged = [];
    readonly List<EntryChange> _changed = [];

    SnapshotDiff()
    {
    }

    /// <summary>Entries that are gone, ascending.</summary>
    public IReadOnlyList<NumberedEntry> Expunged => _expunged;

    /// <summary>Entries that have changed, ascending; also those that have been changed back, of which only the mod-sequence differs.</summary>
    public IReadOnlyList<EntryChange> Changed => _changed;

    /// <summary>How many entries are new; they follow all others.</summary>
    public int Arrived { get; private set; }

    public static SnapshotDiff Between(FolderSnapshot older, FolderSnapshot newer)
    {
        var diff = new SnapshotDiff();
        if (!ReferenceEquals(older, newer))
        {
            diff.Walk(new BlockCursor(older), new BlockCursor(newer));
        }
        return diff;
    }

    void Walk(BlockCursor older, BlockCursor newer)
    {
        while (!older.AtEnd && !newer.AtEnd)
        {
            if (older.AtSameBlock(newer))
            {
                older.SkipBlock();
                newer.SkipBlock();
            }
            else if (older.Entry.Uid == newer.Entry.Uid)
            {
                Compare(older.Number, older.Entry, newer.Entry);
                older.Step();
                newer.Step();
            }
            else
            {
                Expunge(ref older, newer.Entry.Uid);
            }
        }
        for (; !older.AtEnd; older.Step())
        {
            _expunged.Add(new(older.Number, older.Entry));
        }
        Arrived = newer.Remaining;
    }

    void Compare(int number, in FolderEntry older, in FolderEntry newer)
    {
        if (older.ModSeq != newer.ModSeq)
        {
            _changed.Add(new(number, older, newer));
        }
    }

    void Expunge(ref BlockCursor older, Uid next)
    {
        // UIDs only ever grow, so nothing can have come in between; a client cannot be told of it and must not be left with a wrong numbering.
        if (older.Entry.Uid > next)
        {
            throw new InvalidOperationException($"UID {next} appeared below UID {older.Entry.Uid}.");
        }
        _expunged.Add(new(older.Number, older.Entry));
        older.Step();
    }
}

/// <summary>An entry and its message sequence number.</summary>
readonly record struct NumberedEntry(int Number, FolderEntry Entry);

/// <summary>An entry before and after it has changed.</summary>
readonly record struct EntryChange(int Number, FolderEntry Before, FolderEntry After)
{
    /// <summary>Whether its flags or keywords are now others.</summary>
    public bool OfFlags => Before.Flags != After.Flags || !Before.Keywords.Equals(After.Keywords);
}
