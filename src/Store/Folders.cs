namespace AgentPost.Store;

/// <summary>The folders of an inbox. Refusals are thrown as <see cref="StoreRefusedException"/>.</summary>
public sealed class Folders
{
    public Task<FolderList> ListAsync(InboxId inbox, CancellationToken cancellation) => throw new NotImplementedException();

    public Task<Folder?> FindAsync(InboxId inbox, FolderName name, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Creates a folder and the parents it lacks (RFC 9051 §6.3.4). Refusal: FolderExists.</summary>
    public Task<Folder> CreateAsync(InboxId inbox, FolderName name, string? specialUse, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>
    /// Deletes a folder; messages whose last entry outside Trash it held fall into Trash.
    /// Refusals: FolderNotFound, FolderFixed (the four virtual folders), FolderHasChildren.
    /// </summary>
    public Task DeleteAsync(InboxId inbox, FolderName name, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>
    /// Renames a folder and all below it; renaming INBOX moves its messages into a new folder (RFC 9051 §6.3.6).
    /// Refusals: FolderNotFound, FolderExists, FolderFixed (Sent, Drafts, Trash), FolderNameInvalid (into its own subtree).
    /// </summary>
    public Task RenameAsync(InboxId inbox, FolderName from, FolderName to, CancellationToken cancellation) => throw new NotImplementedException();

    public Task SubscribeAsync(InboxId inbox, FolderName name, CancellationToken cancellation) => throw new NotImplementedException();

    public Task UnsubscribeAsync(InboxId inbox, FolderName name, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>The first UID that no session has seen as <c>\Recent</c>.</summary>
    public Task<Uid> FirstRecentAsync(FolderKey folder, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Claims <c>\Recent</c>: returns the first UID that no session had claimed; those below it and up to now are the caller's from here on.</summary>
    public Task<Uid> ClaimRecentAsync(FolderKey folder, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Octets of all messages in the folder (STATUS SIZE, RFC 8438).</summary>
    public Task<long> SizeAsync(FolderKey folder, CancellationToken cancellation) => throw new NotImplementedException();
}
