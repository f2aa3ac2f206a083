using AgentPost.Protocol.Imap.Selection;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>Differences between two states of the names of an inbox (RFC 5465 §5.4, §5.5).</summary>
static class NameChanges
{
    /// <summary>Returns the changes in order of name, one for each name.</summary>
    public static IReadOnlyList<NameChange> Between(InboxNames older, InboxNames newer)
    {
        var changes = new SortedDictionary<string, NameChange>(StringComparer.Ordinal);
        foreach (var folder in newer.List.Folders)
        {
            if (!older.Folders.TryGetValue(folder.Id, out var before))
            {
                AddWithParent(changes, folder.Name);
            }
            else if (before.Name != folder.Name && !IsRenamedWithParent(before.Name, folder.Name, older, newer))
            {
                Add(changes, new(folder.Name, NotifyEvents.MailboxName, before.Name));
            }
        }
        foreach (var folder in older.List.Folders.Where(folder => !newer.Folders.ContainsKey(folder.Id)))
        {
            AddWithParent(changes, folder.Name);
        }
        foreach (var name in older.List.Subscriptions.Except(newer.List.Subscriptions).Concat(newer.List.Subscriptions.Except(older.List.Subscriptions)))
        {
            Add(changes, new(name, NotifyEvents.SubscriptionChange, null));
        }
        return [.. changes.Values];
    }

    // A new or deleted folder also affects its parent, which may now have children or none.
    static void AddWithParent(SortedDictionary<string, NameChange> changes, FolderName name)
    {
        Add(changes, new(name, NotifyEvents.MailboxName, null));
        if (name.Parent is { } parent)
        {
            Add(changes, new(parent, NotifyEvents.MailboxName, null));
        }
    }

    static void Add(SortedDictionary<string, NameChange> changes, NameChange change) =>
        changes[change.Name.Value] = changes.TryGetValue(change.Name.Value, out var known)
            ? new(change.Name, known.Events | change.Events, known.OldName ?? change.OldName)
            : change;

    /// <summary>True if a folder was renamed with its parent. That is not reported (RFC 5465 §5.4).</summary>
    static bool IsRenamedWithParent(FolderName before, FolderName now, InboxNames older, InboxNames newer) =>
        before.Parent is { } parentBefore
        && now.Parent is { } parentNow
        && parentBefore != parentNow
        && before.Value[parentBefore.Value.Length..] == now.Value[parentNow.Value.Length..]
        && older.List.Folders.FirstOrDefault(folder => folder.Name == parentBefore) is { } parent
        && newer.Folders.GetValueOrDefault(parent.Id)?.Name == parentNow;
}

/// <summary>A name with its changes.</summary>
/// <param name="OldName">The name of the folder before it was renamed; null if it was not renamed.</param>
sealed record NameChange(FolderName Name, NotifyEvents Events, FolderName? OldName);
