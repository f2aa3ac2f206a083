using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>
/// CLOSE (RFC 9051 §6.4.1): leaves the selected state. Before that, expunges without reporting it, unless the folder
/// was opened read-only.
/// </summary>
sealed record CloseCommand : SelectedCommand
{
    // close = "CLOSE"
    public static CloseCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        if (context.Folder.Access is FolderAccess.ReadWrite)
        {
            await context.AwaitAsync(context.Store.Expunges.ExpungeDeletedAsync(context.Folder.Key, uids: null, cancellation), cancellation);
        }
        context.Deselect();
        return Completion.Ok("CLOSE completed");
    }
}
