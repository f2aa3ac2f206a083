namespace AgentPost.Protocol.Imap.View;

/// <summary>What a client is to be told at one sync point. Sequence numbers are those from before it.</summary>
/// <param name="Flags">Entries whose flags are told, ascending.</param>
/// <param name="ModSeqs">Entries whose mod-sequence is told, their flags being known, ascending.</param>
/// <param name="Expunged">Entries that go, ascending.</param>
/// <param name="HasArrivals">Whether there are new messages, so that EXISTS must be told.</param>
/// <param name="HasNewKeywords">Whether FLAGS must be told before anything else.</param>
sealed record ViewUpdate(
    IReadOnlyList<NumberedEntry> Flags,
    IReadOnlyList<NumberedEntry> ModSeqs,
    IReadOnlyList<NumberedEntry> Expunged,
    bool HasArrivals,
    bool HasNewKeywords)
{
    public static readonly ViewUpdate None = new([], [], [], false, false);

    /// <summary>For a client that wants to know no flags but those that it has changed itself.</summary>
    public ViewUpdate OnlyFlagsOf(OwnChange? own) => this with
    {
        Flags = own is null ? [] : [.. Flags.Where(message => own.Covers(message.Entry.Uid) || own.Refused.Span.BinarySearch(message.Entry.Uid) >= 0)],
    };
}
