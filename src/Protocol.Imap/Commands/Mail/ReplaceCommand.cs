using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>REPLACE and UID REPLACE (RFC 8508): adds one message and removes another, both or neither.</summary>
/// <param name="Replaced">One number; <c>*</c> is the last message.</param>
sealed record ReplaceCommand(SequenceSet Replaced, FolderName Mailbox, AppendArguments Message, Numbering Numbering) : SelectedCommand
{
    // replace = "REPLACE" SP seq-number SP mailbox append-message
    public static ReplaceCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / replace)
    public static ReplaceCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        if (context.Folder.Resolve(Replaced, Numbering).ToUids() is not [var replaced])
        {
            return Completion.No(ResponseCode.NonExistent, "There is no such message to replace");
        }
        var destination = await context.FindDestinationAsync(Mailbox, cancellation);
        await using var reception = new AppendReception(context, RoomCheck.WhenFiled);
        if (await reception.ReceiveAllAsync(Message, cancellation) is { } refusal)
        {
            return refusal;
        }
        if (reception.Items is not [var message])
        {
            return Completion.Bad("REPLACE takes one message");
        }
        var result = await context.AwaitAsync(context.Store.Appends.ReplaceAsync(context.Folder.Key, replaced, destination.Id, message, cancellation), cancellation);
        context.Notifications?.NoteOwnMessages(destination.Id, result.Before, result.ModSeq);
        if (destination.Id == context.Folder.Key.Folder)
        {
            context.Folder.NoteOwnArrivals(result.Uids);
        }
        await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        // Before EXPUNGE, so that the client knows the new message when the old one is removed (RFC 8508 §4.3).
        context.Writer.UntaggedOk(CopyUid.Code(result), "Replacement filed");
        return context.Enabled.HasFlag(EnabledExtensions.CondStore)
            // All changes up to here are reported before this line (RFC 8508 §4.5, RFC 7162 §3.2.9).
            ? Completion.Ok(ResponseCode.HighestModSeq(context.Folder.NewestModSeq), "REPLACE completed")
            : Completion.Ok("REPLACE completed");
    }

    static ReplaceCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var replaced = parser.SequenceNumber();
        parser.Sp();
        var mailbox = parser.Mailbox();
        return new(replaced, mailbox, AppendArguments.Parse(ref parser), numbering);
    }
}
