using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>CREATE (RFC 9051 §6.3.4).</summary>
sealed record CreateCommand(FolderName Name) : AuthenticatedCommand
{
    // create = "CREATE" SP mailbox
    public static CreateCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.NewMailbox();
        parser.End();
        return new(name);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        await context.Store.Folders.CreateAsync(context.Inbox, Name, specialUse: null, cancellation);
        return Completion.Ok("CREATE completed");
    }
}
