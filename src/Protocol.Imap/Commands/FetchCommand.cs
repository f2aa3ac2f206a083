using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>FETCH and UID FETCH (RFC 9051 §6.4.5, §6.4.9).</summary>
sealed record FetchCommand(SequenceSet Set, FetchPlan Plan, Numbering Numbering) : SelectedCommand
{
    static readonly FlagChange Seen = new(FlagChangeMode.Add, SystemFlags.Seen, KeywordSet.Empty);

    // fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
    public static FetchCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / fetch / …)
    public static FetchCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var selection = context.Folder.Resolve(Set, Numbering);
        var newlySeen = await MarkSeenAsync(context, selection, cancellation);
        var responder = new FetchResponder(context.Folder, context.Store.Messages, context.Writer, Plan, newlySeen);
        await responder.WriteAsync(selection, cancellation);
        if (!newlySeen.IsEmpty)
        {
            // A message that was left out has not told its flags.
            context.Folder.Announce(new(newlySeen, Seen, responder.LacksDecoder ? Telling.Always : Telling.OnlySurprises));
        }
        if (responder.LacksDecoder)
        {
            return Completion.No(ResponseCode.UnknownCte, "A part has an encoding that is not known");
        }
        return responder.LacksAny
            ? Completion.Ok(ResponseCode.ExpungeIssued, "FETCH completed; some messages are no longer there")
            : Completion.Ok("FETCH completed");
    }

    static FetchCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var set = parser.SequenceSet();
        parser.Sp();
        var plan = FetchPlan.Create(FetchItems.Parse(ref parser), numbering);
        parser.End();
        return new(set, plan, numbering);
    }

    /// <summary>Marks what is about to be read as <c>\Seen</c>, in one change for the whole set; the FETCH responses themselves tell of it.</summary>
    async ValueTask<ReadOnlyMemory<Uid>> MarkSeenAsync(SelectedContext context, MessageSelection selection, CancellationToken cancellation)
    {
        if (!Plan.SetsSeen || !context.MayWrite || context.Folder.Access is FolderAccess.ReadOnly)
        {
            return default;
        }
        var unseen = new List<Uid>();
        foreach (var message in selection)
        {
            if (!message.Entry.Flags.HasFlag(SystemFlags.Seen))
            {
                unseen.Add(message.Entry.Uid);
            }
        }
        if (unseen.Count == 0)
        {
            return default;
        }
        var result = await context.Store.FlagChanges.ApplyAsync(context.Folder.Key, unseen.ToArray(), Seen, null, cancellation);
        await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        return result.Changed.ToArray();
    }
}
