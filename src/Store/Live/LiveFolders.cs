namespace AgentPost.Store;

/// <summary>All live folders of the process: one per folder, shared by its sessions, kept for a while after the last lease.</summary>
public sealed class LiveFolders
{
    /// <summary>Loads or refreshes the folder and leases it. Refused with <see cref="Refusal.FolderNotFound"/>.</summary>
    public ValueTask<LiveFolderLease> OpenAsync(FolderKey key, CancellationToken cancellation) => throw new NotImplementedException();
}
