using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>A flag change by this session, and how the next sync point reports it.</summary>
/// <param name="Uids">Ascending.</param>
/// <param name="ModSeq">Mod-sequence of the entries that it changed, unless they have been changed since.</param>
sealed record OwnChange(ReadOnlyMemory<Uid> Uids, FlagChange Change, ModSeq ModSeq, Telling Telling)
{
    /// <summary>
    /// UIDs of entries that were not changed, because the client did not know their newest state (RFC 7162 §3.1.3).
    /// That state is reported. Ascending.
    /// </summary>
    public ReadOnlyMemory<Uid> Refused { get; init; }

    public bool Covers(Uid uid) => Uids.Span.BinarySearch(uid) >= 0;

    /// <summary>
    /// True if the flags of a covered entry need not be reported, because they are exactly what this change produces.
    /// </summary>
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
    /// <summary>Report the flags of every entry, changed or not (STORE).</summary>
    Always,

    /// <summary>
    /// Report no flags that the client can infer, but new mod-sequences if the client wants them (STORE .SILENT).
    /// </summary>
    ModSeqs,

    /// <summary>
    /// Same, with the mod-sequence of every entry, changed or not (conditional STORE .SILENT, RFC 7162 §3.1.3).
    /// </summary>
    EveryModSeq,

    /// <summary>
    /// Report nothing that the client can infer or has already received (FETCH that sets <c>\Seen</c>).
    /// </summary>
    OnlySurprises,
}
