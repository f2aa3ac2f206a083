using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>DELETE (RFC 9051 §6.3.5). Deleting the selected folder leaves the selected state.</summary>
sealed record DeleteCommand(FolderName Name) : AuthenticatedCommand
{
    // delete = "DELETE" SP mailbox
    public static DeleteCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.Mailbox();
        parser.End();
        return new(name);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = await context.FindFolderAsync(Name, cancellation);
        await context.Store.Folders.DeleteAsync(context.Inbox, Name, cancellation);
        if (context is SelectedContext selected && selected.Folder.Folder.Id == folder.Id)
        {
            context.Deselect();
            context.Writer.UntaggedOk(ResponseCode.Closed, "The selected mailbox was deleted");
        }
        return Completion.Ok("DELETE completed");
    }
}
