using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>A flag change that this session itself has made, and what the next sync point tells of it.</summary>
/// <param name="Uids">Ascending.</param>
/// <param name="ModSeq">What the entries have that it made different, unless they have been changed again.</param>
sealed record OwnChange(ReadOnlyMemory<Uid> Uids, FlagChange Change, ModSeq ModSeq, Telling Telling)
{
    /// <summary>Entries left alone because the client did not know their newest state (RFC 7162 §3.1.3): it is told. Ascending.</summary>
    public ReadOnlyMemory<Uid> Refused { get; init; }

    public bool Covers(Uid uid) => Uids.Span.BinarySearch(uid) >= 0;

    /// <summary>Whether the client need not be told the flags of a covered entry: they are now as this change alone leaves it.</summary>
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

    /// <summary>No flags that the client can know by itself, but the mod-sequences that are new, if it wants those (STORE .SILENT).</summary>
    ModSeqs,

    /// <summary>The same, with the mod-sequence of every entry, changed or not (conditional STORE .SILENT, RFC 7162 §3.1.3).</summary>
    EveryModSeq,

    /// <summary>Nothing that the client knows by itself or has been told already (FETCH that sets <c>\Seen</c>).</summary>
    OnlySurprises,
}
