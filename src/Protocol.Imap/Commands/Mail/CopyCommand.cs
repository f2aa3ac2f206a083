using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>COPY and UID COPY (RFC 9051 §6.4.7, §6.4.9).</summary>
sealed record CopyCommand(SequenceSet Set, FolderName Destination, Numbering Numbering) : SelectedCommand
{
    // copy = "COPY" SP sequence-set SP mailbox
    public static CopyCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (copy / …)
    public static CopyCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var destination = await context.FindDestinationAsync(Destination, cancellation);
        var uids = context.Folder.Resolve(Set, Numbering).ToUids();
        if (uids.Length == 0)
        {
            return Completion.Ok("No messages to copy");
        }
        var result = await context.AwaitAsync(context.Store.Copies.CopyAsync(context.Folder.Key, uids, destination.Id, cancellation), cancellation);
        context.Notifications?.NoteOwnMessages(destination.Id, result.Before, result.ModSeq);
        if (destination.Id == context.Folder.Key.Folder)
        {
            context.Folder.NoteOwnArrivals(result.Destination);
            await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        }
        return new(CompletionStatus.Ok, CopyUid.Code(result), "COPY completed");
    }

    static CopyCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var set = parser.SequenceSet();
        parser.Sp();
        var destination = parser.Mailbox();
        parser.End();
        return new(set, destination, numbering);
    }
}
