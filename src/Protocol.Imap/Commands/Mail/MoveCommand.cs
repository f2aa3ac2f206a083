using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>MOVE and UID MOVE (RFC 9051 §6.4.8, RFC 6851).</summary>
sealed record MoveCommand(SequenceSet Set, FolderName Destination, Numbering Numbering) : SelectedCommand
{
    // move = "MOVE" SP sequence-set SP mailbox
    public static MoveCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / move / …)
    public static MoveCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var destination = await context.FindDestinationAsync(Destination, cancellation);
        var uids = context.Folder.Resolve(Set, Numbering).ToUids();
        if (uids.Length == 0)
        {
            return Completion.Ok("No messages to move");
        }
        var result = await context.AwaitAsync(context.Store.Copies.MoveAsync(context.Folder.Key, uids, destination.Id, cancellation), cancellation);
        context.Notifications?.NoteOwnMessages(destination.Id, result.Before, result.ModSeq);
        if (destination.Id == context.Folder.Key.Folder)
        {
            context.Folder.NoteOwnArrivals(result.Destination);
        }
        await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        // Untagged, because the EXPUNGE responses that follow would make it useless in the tagged line (RFC 6851 §4.3).
        if (CopyUid.Code(result) is { } code)
        {
            context.Writer.UntaggedOk(code, "Moved");
        }
        if (result.Source.Count > 0 && context.Enabled.HasFlag(EnabledExtensions.CondStore))
        {
            // All changes up to here are reported before this line.
            return Completion.Ok(ResponseCode.HighestModSeq(context.Folder.NewestModSeq), "MOVE completed");
        }
        return Completion.Ok("MOVE completed");
    }

    static MoveCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var set = parser.SequenceSet();
        parser.Sp();
        var destination = parser.Mailbox();
        parser.End();
        return new(set, destination, numbering);
    }
}
