using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>
/// A folder in a write transaction. Assigns UIDs and collects the changes for the change log and the live folder.
/// </summary>
sealed class FolderWrite(InboxLock inbox, FolderId id, FolderName name, UidValidity uidValidity, Uid uidNext, ModSeq before)
{
    readonly List<WrittenEntry> _changed = [];
    readonly List<Uid> _expunged = [];

    public InboxLock Inbox { get; } = inbox;

    public FolderKey Key { get; } = new(inbox.Inbox, id);

    /// <summary>The mod-sequence of everything this transaction does in the folder.</summary>
    public ModSeq ModSeq => Inbox.ModSeq;

    public FolderName Name { get; } = name;

    public UidValidity UidValidity { get; } = uidValidity;

    public Uid UidNext { get; private set; } = uidNext;

    /// <summary>Mod-sequence of the folder's last change before this transaction.</summary>
    public ModSeq Before { get; } = before;

    public bool IsGone { get; private set; }

    public bool IsTouched => _changed.Count > 0 || _expunged.Count > 0;

    /// <summary>Entries that were added or changed, ascending by UID.</summary>
    public IReadOnlyList<WrittenEntry> Changed => _changed;

    /// <summary>UIDs of removed entries, ascending.</summary>
    public IReadOnlyList<Uid> Expunged => _expunged;

    /// <summary>Assigns consecutive UIDs. Returns the first.</summary>
    public Uid TakeUids(int count)
    {
        var first = UidNext;
        UidNext = new(checked(first.Value + (uint)count));
        return first;
    }

    /// <summary>Records an entry that was added or changed. Call in ascending order of UIDs.</summary>
    public void AddChanged(in WrittenEntry entry) => _changed.Add(entry);

    /// <summary>Records an entry that was removed. Call in ascending order of UIDs.</summary>
    public void AddExpunged(Uid uid) => _expunged.Add(uid);

    public void MarkGone() => IsGone = true;

    /// <summary>
    /// Returns the change for the live folder of this process. Call it after the commit, when the transaction's
    /// keywords have been added to the catalog.
    /// </summary>
    public CommittedChange ToCommitted()
    {
        var changed = new FolderEntry[_changed.Count];
        for (var i = 0; i < changed.Length; i++)
        {
            var entry = _changed[i];
            changed[i] = new(entry.Uid, entry.Flags, Inbox.Keywords.SetOf(entry.KeywordIds), ModSeq);
        }
        return new(Key, Before, ModSeq, UidNext, changed, _expunged, IsGone);
    }
}

/// <summary>An entry after a write transaction.</summary>
/// <param name="KeywordIds">Ascending; null or empty for none.</param>
readonly record struct WrittenEntry(Uid Uid, SystemFlags Flags, int[]? KeywordIds);
