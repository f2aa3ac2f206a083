using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>FETCH and UID FETCH (RFC 9051 §6.4.5, §6.4.9).</summary>
/// <param name="Modifiers">Null if the command has none.</param>
sealed record FetchCommand(SequenceSet Set, FetchPlan Plan, FetchModifiers? Modifiers, Numbering Numbering) : SelectedCommand
{
    static readonly FlagChange Seen = new(FlagChangeMode.Add, SystemFlags.Seen, KeywordSet.Empty);

    // fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
    // [fetch-modifiers]
    public static FetchCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / fetch / …)
    public static FetchCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        if (Plan.TellsModSeqs)
        {
            context.Enable(EnabledExtensions.CondStore);
        }
        var selection = context.Folder.Resolve(Set, Numbering);
        if (Modifiers is not null)
        {
            selection = Modifiers.Narrow(selection);
        }
        if (Modifiers is { TellsVanished: true, ChangedSince: { } since })
        {
            // Must precede any FETCH response (RFC 7162 §3.2.6).
            await context.TellVanishedAsync(Set, since, null, cancellation);
        }
        var newlySeen = await MarkSeenAsync(context, selection, cancellation);
        var responder = new FetchResponder(context.Folder, context.Store.Messages, context.Writer, Plan, newlySeen);
        await responder.WriteAsync(selection, cancellation);
        if (newlySeen is not null)
        {
            // The flags of an omitted message have not been reported.
            context.Folder.Announce(responder.LacksDecoder ? newlySeen with { Telling = Telling.Always } : newlySeen);
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
        var items = FetchItems.Parse(ref parser);
        var modifiers = parser.TrySp() ? FetchModifiers.Parse(ref parser, numbering) : null;
        parser.End();
        // UIDFETCH already contains the UID.
        var saysUid = numbering is Numbering.Uids && !parser.Enabled.HasFlag(EnabledExtensions.UidOnly);
        var plan = FetchPlan.Create(
            modifiers?.ChangedSince is null ? items : [.. items, FetchItems.ModSeq], saysUid ? Numbering.Uids : Numbering.SequenceNumbers);
        return new(set, plan, modifiers, numbering);
    }

    /// <summary>
    /// Marks the messages to be read as <c>\Seen</c>, in one change for the whole set. The FETCH responses report it.
    /// </summary>
    async ValueTask<OwnChange?> MarkSeenAsync(SelectedContext context, MessageSelection selection, CancellationToken cancellation)
    {
        if (!Plan.SetsSeen || !context.MayWrite || context.Folder.Access is FolderAccess.ReadOnly)
        {
            return null;
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
            return null;
        }
        var result = await context.AwaitAsync(context.Store.FlagChanges.ApplyAsync(context.Folder.Key, unseen.ToArray(), Seen, null, cancellation), cancellation);
        await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        return result.Changed.Count == 0 ? null : new(result.Changed.ToArray(), Seen, result.ModSeq, Telling.OnlySurprises);
    }
}
