using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// The difference between two snapshots of a folder, to report to a client that has the older one. Blocks that both
/// snapshots share are skipped, so the cost depends on the number of changes. All numbers are message sequence numbers
/// (1-based) of the older snapshot.
/// </summary>
sealed class SnapshotDiff
{
    readonly List<NumberedEntry> _expunged = [];
    readonly List<EntryChange> _changed = [];

    SnapshotDiff()
    {
    }

    /// <summary>Entries that are not in the newer snapshot, ascending.</summary>
    public IReadOnlyList<NumberedEntry> Expunged => _expunged;

    /// <summary>
    /// Changed entries, ascending. They include entries that were changed back, which differ only in the mod-sequence.
    /// </summary>
    public IReadOnlyList<EntryChange> Changed => _changed;

    /// <summary>Number of new entries; they follow all others.</summary>
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
        // UIDs only grow, so no entry can appear between others. IMAP cannot report that, and the client's numbers
        // would be wrong.
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

/// <summary>An entry before and after a change.</summary>
readonly record struct EntryChange(int Number, FolderEntry Before, FolderEntry After)
{
    /// <summary>True if its flags or keywords differ.</summary>
    public bool OfFlags => Before.Flags != After.Flags || !Before.Keywords.Equals(After.Keywords);
}
