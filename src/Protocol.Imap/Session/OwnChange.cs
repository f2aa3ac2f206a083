using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>A flag change that this session itself has made, and what the next sync point tells of it.</summary>
/// <param name="Uids">Ascending.</param>
sealed record OwnChange(ReadOnlyMemory<Uid> Uids, FlagChange Change, Telling Telling)
{
    public bool Covers(Uid uid) => Uids.Span.BinarySearch(uid) >= 0;

    /// <summary>Whether the client need not be told of a covered entry: it is now as this change alone leaves it.</summary>
    public bool Silences(in EntryChange change)
    {
        if (Telling is Telling.Always)
        {
            return false;
        }
        var (flags, keywords) = Change.Mode switch
        {
            FlagChangeMode.Add => (change.Before.Flags | Change.Flags, change.Before.Keywords.Union(Change.Keywords)),
            FlagChangeMode.Remove => (change.Before.Flags & ~Change.Flags, change.Before.Keywords.Except(Change.Keywords)),
            _ => (Change.Flags, Change.Keywords),
        };
        return change.After.Flags == flags && change.After.Keywords.Equals(keywords);
    }
}

enum Telling
{
    /// <summary>The flags of every entry, changed or not (STORE).</summary>
    Always,

    /// <summary>Nothing that the client can know by itself (STORE .SILENT), or that it has been told already.</summary>
    OnlySurprises,
}
