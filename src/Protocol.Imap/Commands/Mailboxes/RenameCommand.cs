using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>RENAME (RFC 9051 §6.3.6).</summary>
sealed record RenameCommand(SpelledName From, SpelledName To) : AuthenticatedCommand
{
    // rename = "RENAME" SP mailbox SP mailbox
    public static RenameCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var from = parser.SpelledMailbox();
        parser.Sp();
        var to = parser.SpelledMailbox();
        parser.End();
        return new(from, to);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        await context.Store.Folders.RenameAsync(context.Inbox, From.Name, To.Name, cancellation);
        context.Notifications?.NoteOwn(To.Name);
        // Not for INBOX, which still exists after the command, but is empty.
        if (From.Name != FolderName.Inbox && !(From.IsNormalized && To.IsNormalized))
        {
            await ListResponse.TellSpellingAsync(context, To, From.Spelling, cancellation);
        }
        return Completion.Ok("RENAME completed");
    }
}
