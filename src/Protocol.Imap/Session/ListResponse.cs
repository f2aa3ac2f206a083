using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>The LIST response of other commands than LIST, for clients of IMAP4rev2 (RFC 9051 §7.3.1).</summary>
static class ListResponse
{
    /// <summary>Tells a client of IMAP4rev2 what it has selected (RFC 9051 §6.3.2); others do not expect it.</summary>
    public static async ValueTask TellSelectedAsync(AuthenticatedContext context, SpelledName name, CancellationToken cancellation)
    {
        if (context.Enabled.HasFlag(EnabledExtensions.Imap4Rev2))
        {
            await WriteAsync(context, name.Name, name.IsNormalized ? null : name.Spelling, cancellation);
        }
    }

    /// <summary>Tells a client of IMAP4rev2 the name that a folder has got, if it is not spelled as in the command (RFC 9051 §6.3.9.7).</summary>
    /// <param name="oldSpelling">What the command called the folder: for RENAME by the name it had.</param>
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
