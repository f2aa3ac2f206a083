using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>SUBSCRIBE (RFC 9051 §6.3.7).</summary>
sealed record SubscribeCommand(FolderName Name) : AuthenticatedCommand
{
    // subscribe = "SUBSCRIBE" SP mailbox
    public static SubscribeCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.Mailbox();
        parser.End();
        return new(name);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        await context.Store.Folders.SubscribeAsync(context.Inbox, Name, cancellation);
        context.Notifications?.NoteOwn(Name);
        return Completion.Ok("SUBSCRIBE completed");
    }
}
