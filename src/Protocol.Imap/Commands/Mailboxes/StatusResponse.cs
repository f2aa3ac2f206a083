using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>Writes the STATUS response (RFC 9051 §7.3.4), for STATUS and for LIST with STATUS.</summary>
static class StatusResponse
{
    /// <summary>Writes the response. Throws StoreRefusedException: FolderNotFound.</summary>
    public static async ValueTask WriteAsync(
        AuthenticatedContext context, Folder folder, IReadOnlyList<StatusItem> items, CancellationToken cancellation)
    {
        var values = new List<string>(items.Count);
        using (var lease = await context.Store.Live.OpenAsync(context.KeyOf(folder), cancellation))
        {
            var subject = new StatusSubject(context.Store, context.Options, folder, lease.Folder.Current);
            foreach (var item in items)
            {
                values.Add(await item.ValueAsync(subject, cancellation));
            }
        }
        var writer = context.Writer.Untagged().Atom("STATUS "u8).Mailbox(folder.Name).Sp().Open();
        for (var i = 0; i < values.Count; i++)
        {
            (i > 0 ? writer.Sp() : writer).Atom(items[i].Name).Sp().Atom(values[i]);
        }
        writer.Close().CrLf();
        if (items.Any(item => item.IsModSeq))
        {
            context.Enable(EnabledExtensions.CondStore);
        }
    }
}

/// <summary>The folder whose STATUS items are computed.</summary>
sealed record StatusSubject(MailStore Store, ImapOptions Options, Folder Folder, FolderSnapshot Snapshot);
