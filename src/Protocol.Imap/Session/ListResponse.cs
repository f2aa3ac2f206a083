using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// Writes the LIST response for commands other than LIST, for clients of IMAP4rev2 (RFC 9051 §7.3.1).
/// </summary>
static class ListResponse
{
    /// <summary>
    /// If the client has enabled IMAP4rev2, reports the selected folder (RFC 9051 §6.3.2). Other clients do not expect
    /// it.
    /// </summary>
    public static async ValueTask TellSelectedAsync(AuthenticatedContext context, SpelledName name, CancellationToken cancellation)
    {
        if (context.Enabled.HasFlag(EnabledExtensions.Imap4Rev2))
        {
            await WriteAsync(context, name.Name, name.IsNormalized ? null : name.Spelling, cancellation);
        }
    }

    /// <summary>
    /// If the client has enabled IMAP4rev2, reports the name of a folder that the command spelled differently (RFC 9051
    /// §6.3.9.7).
    /// </summary>
    /// <param name="oldSpelling">The client's name for the folder; for RENAME, the old name.</param>
    public static async ValueTask TellSpellingAsync(
        AuthenticatedContext context, SpelledName name, string oldSpelling, CancellationToken cancellation)
    {
        if (context.Enabled.HasFlag(EnabledExtensions.Imap4Rev2))
        {
            await WriteAsync(context, name.Name, oldSpelling, cancellation);
        }
    }

    static async ValueTask WriteAsync(AuthenticatedContext context, FolderName name, string? oldSpelling, CancellationToken cancellation)
    {
        var list = await context.Store.Folders.ListAsync(context.Inbox, cancellation);
        context.Writer.List(new FolderAttributes(list.Folders).Of(name), name);
        if (oldSpelling is not null)
        {
            // oldname-extended-item = "OLDNAME" SP "(" mailbox ")"
            context.Writer.Atom(" (\"OLDNAME\" ("u8).Mailbox(oldSpelling).Atom("))"u8);
        }
        context.Writer.CrLf();
    }
}
