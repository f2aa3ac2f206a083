using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>
/// APPEND (RFC 9051 §6.3.12), also of several messages (RFC 3502), also as literal8 (RFC 3516 §4.4). The messages are
/// streamed from the connection to the store.
/// </summary>
sealed record AppendCommand(FolderName Mailbox, AppendArguments First) : AuthenticatedCommand
{
    // append = "APPEND" SP mailbox 1*append-message
    public static AppendCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var mailbox = parser.Mailbox();
        return new(mailbox, AppendArguments.Parse(ref parser));
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = context.KeyOf(await context.FindDestinationAsync(Mailbox, cancellation));
        await using var reception = new AppendReception(context, RoomCheck.BeforeReceiving);
        if (await reception.ReceiveAllAsync(First, cancellation) is { } refusal)
        {
            return refusal;
        }
        var result = await context.AwaitAsync(context.Store.Appends.AppendAsync(folder, reception.Items, cancellation), cancellation);
        context.Notifications?.NoteOwnMessages(folder.Folder, result.Before, result.ModSeq);
        if (context is SelectedContext selected && selected.Folder.Key == folder)
        {
            selected.Folder.NoteOwnArrivals(result.Uids);
            await selected.Folder.CatchUpAsync(result.ModSeq, cancellation);
        }
        return Completion.Ok(CopyUid.Code(result), "APPEND completed");
    }
}
