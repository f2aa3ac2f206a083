namespace AgentPost.Protocol.Imap.View;

/// <summary>The changes to report to a client at one sync point. Sequence numbers are those before it.</summary>
/// <param name="Flags">Entries whose flags are reported, ascending.</param>
/// <param name="ModSeqs">Entries reported with only their mod-sequence, because the client knows their flags,
/// ascending.</param>
/// <param name="Expunged">Expunged entries, ascending.</param>
/// <param name="HasArrivals">True if there are new messages, so that EXISTS must be reported.</param>
/// <param name="HasNewKeywords">True if FLAGS must be reported before anything else.</param>
sealed record ViewUpdate(
    IReadOnlyList<NumberedEntry> Flags,
    IReadOnlyList<NumberedEntry> ModSeqs,
    IReadOnlyList<NumberedEntry> Expunged,
    bool HasArrivals,
    bool HasNewKeywords)
{
    public static readonly ViewUpdate None = new([], [], [], false, false);

    /// <summary>For a client that wants flag changes only from its own commands.</summary>
    public ViewUpdate OnlyFlagsOf(OwnChange? own) => this with
    {
        Flags = own is null ? [] : [.. Flags.Where(message => own.Covers(message.Entry.Uid) || own.Refused.Span.BinarySearch(message.Entry.Uid) >= 0)],
    };
}
