using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>Finds the folder to which a command adds messages.</summary>
static class Destinations
{
    /// <summary>
    /// Finds the destination folder. If it does not exist, throws RefusedException with TRYCREATE, so that the client
    /// creates the folder and retries (RFC 9051 §6.3.12, §6.4.7).
    /// </summary>
    public static async ValueTask<Folder> FindDestinationAsync(this AuthenticatedContext context, FolderName name, CancellationToken cancellation) =>
        await context.Store.Folders.FindAsync(context.Inbox, name, cancellation)
        ?? throw new RefusedException(Completion.No(ResponseCode.TryCreate, "There is no such mailbox"));
}
