using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>RENAME (RFC 9051 §6.3.6).</summary>
sealed record RenameCommand(FolderName From, FolderName To) : AuthenticatedCommand
{
    // rename = "RENAME" SP mailbox SP mailbox
    public static RenameCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var from = parser.Mailbox();
        parser.Sp();
        var to = parser.Mailbox();
        parser.End();
        return new(from, to);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        await context.Store.Folders.RenameAsync(context.Inbox, From, To, cancellation);
        return Completion.Ok("RENAME completed");
    }
}
