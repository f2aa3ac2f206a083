using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>UNSUBSCRIBE (RFC 9051 §6.3.8). It is not an error if the name is not subscribed.</summary>
sealed record UnsubscribeCommand(FolderName Name) : AuthenticatedCommand
{
    // unsubscribe = "UNSUBSCRIBE" SP mailbox
    public static UnsubscribeCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.Mailbox();
        parser.End();
        return new(name);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        await context.Store.Folders.UnsubscribeAsync(context.Inbox, Name, cancellation);
        context.Notifications?.NoteOwn(Name);
        return Completion.Ok("UNSUBSCRIBE completed");
    }
}
