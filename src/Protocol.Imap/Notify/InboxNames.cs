using AgentPost.Protocol.Imap.Selection;
using AgentPost.Store;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>Folders, subscriptions and annotations of an inbox at one point in time.</summary>
/// <param name="Annotations">Empty if no annotation events are requested.</param>
sealed record InboxNames(FolderList List, IReadOnlyDictionary<AnnotationKey, string> Annotations)
{
    static readonly Dictionary<AnnotationKey, string> None = [];

    readonly HashSet<FolderName> _subscriptions = [.. List.Subscriptions];

    public IReadOnlyDictionary<FolderId, Folder> Folders { get; } = List.Folders.ToDictionary(folder => folder.Id);

    public bool IsSubscribed(FolderName name) => _subscriptions.Contains(name);

    public static async ValueTask<InboxNames> ReadAsync(MailStore store, InboxId inbox, NotifyRequest request, CancellationToken cancellation)
    {
        var list = await store.Folders.ListAsync(inbox, cancellation);
        return new(list, request.Has(NotifyEvents.MailboxMetadataChange | NotifyEvents.ServerMetadataChange)
            ? await store.Annotations.ReadMarksAsync(inbox, cancellation)
            : None);
    }
}
