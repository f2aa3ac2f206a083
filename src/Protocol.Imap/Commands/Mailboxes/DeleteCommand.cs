using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>DELETE (RFC 9051 §6.3.5). Deleting the selected folder leaves the selected state.</summary>
sealed record DeleteCommand(SpelledName Name) : AuthenticatedCommand
{
    // delete = "DELETE" SP mailbox
    public static DeleteCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.SpelledMailbox();
        parser.End();
        return new(name);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = await context.FindFolderAsync(Name.Name, cancellation);
        await context.Store.Folders.DeleteAsync(context.Inbox, Name.Name, cancellation);
        context.Notifications?.NoteOwn(Name.Name);
        if (context is SelectedContext selected && selected.Folder.Folder.Id == folder.Id)
        {
            context.Deselect();
            context.Writer.UntaggedOk(ResponseCode.Closed, "The selected mailbox was deleted");
        }
        if (!Name.IsNormalized)
        {
            await ListResponse.TellSpellingAsync(context, Name, Name.Spelling, cancellation);
        }
        return Completion.Ok("DELETE completed");
    }
}
