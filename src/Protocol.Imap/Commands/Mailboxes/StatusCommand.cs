using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>STATUS (RFC 9051 §6.3.11); always queries the database. Also valid for the selected folder.</summary>
sealed record StatusCommand(FolderName Name, IReadOnlyList<StatusItem> Items) : AuthenticatedCommand
{
    // status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
    public static StatusCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.Mailbox();
        parser.Sp();
        var items = StatusItem.ParseList(ref parser);
        parser.End();
        return new(name, items);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = await context.FindFolderAsync(Name, cancellation);
        await StatusResponse.WriteAsync(context, folder, Items, cancellation);
        return Completion.Ok("STATUS completed");
    }
}
