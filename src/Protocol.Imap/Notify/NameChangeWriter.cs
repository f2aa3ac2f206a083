using System.Text;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>
/// Reports the changes of folders, subscriptions and annotations that the client asked for (RFC 5465 §5.4 to §5.7).
/// </summary>
sealed class NameChangeWriter(ResponseWriter writer, NotifyRequest request, InboxNames before, InboxNames now)
{
    /// <summary>Writes LIST, with <c>\NonExistent</c> for a deleted mailbox and OLDNAME for a renamed one.</summary>
    /// <param name="own">Names that the client itself has changed. They are not reported.</param>
    public void WriteNames(IReadOnlySet<FolderName?> own)
    {
        var attributes = new FolderAttributes(now.List.Folders);
        foreach (var change in NameChanges.Between(before, now))
        {
            // CREATE may also have created the parents, and DELETE has changed the parent. These are the client's own
            // changes, too.
            if (own.Any(name => name == change.Name || name?.IsBelow(change.Name) is true) || !IsWanted(change))
            {
                continue;
            }
            writer.List(attributes.Of(change.Name) + (now.IsSubscribed(change.Name) ? @" \Subscribed" : ""), change.Name);
            if (change.OldName is { } oldName)
            {
                // oldname-extended-item = "OLDNAME" SP "(" mailbox ")"
                writer.Atom(" (\"OLDNAME\" ("u8).Mailbox(oldName).Atom("))"u8);
            }
            writer.CrLf();
        }
    }

    /// <summary>
    /// Writes METADATA without values: metadata-resp = "METADATA" SP mailbox SP entry *(SP entry) (RFC 5464 §5)
    /// </summary>
    /// <param name="own">Mailboxes whose annotations the client itself has changed; null is the server. They are not
    /// reported.</param>
    public void WriteAnnotations(IReadOnlySet<FolderName?> own)
    {
        var changed = before.Annotations.Keys.Union(now.Annotations.Keys)
            .Where(key => before.Annotations.GetValueOrDefault(key) != now.Annotations.GetValueOrDefault(key))
            .GroupBy(key => key.Folder, key => key.Name);
        foreach (var annotations in changed)
        {
            var folder = now.Folders.GetValueOrDefault(annotations.Key);
            var isWanted = folder is not null
                ? IsWanted(folder.Name, NotifyEvents.MailboxMetadataChange)
                : annotations.Key == FolderId.None && request.Has(NotifyEvents.ServerMetadataChange);
            if (!isWanted || own.Contains(folder?.Name))
            {
                continue;
            }
            writer.Untagged().Atom("METADATA "u8);
            _ = folder is null ? writer.Raw("\"\""u8) : writer.Mailbox(folder.Name);
            foreach (var name in annotations.Order(StringComparer.Ordinal))
            {
                writer.Sp().AString(Encoding.ASCII.GetBytes(name));
            }
            writer.CrLf();
        }
    }

    bool IsWanted(NameChange change) =>
        IsWanted(change.Name, change.Events) || (change.OldName is { } oldName && IsWanted(oldName, change.Events));

    bool IsWanted(FolderName name, NotifyEvents events) => (request.EventsOf(name, WasOrIsSubscribed) & events) != 0;

    bool WasOrIsSubscribed(FolderName name) => before.IsSubscribed(name) || now.IsSubscribed(name);
}
