namespace AgentPost.Store;

/// <summary>
/// The newest known snapshot of a folder in this process. Refreshing is the only way it changes; it is idempotent and always asks the
/// database. Notifications only say when to refresh.
/// </summary>
public sealed class LiveFolder
{
    public FolderSnapshot Current => throw new NotImplementedException();

    /// <summary>True once the folder has been deleted; <see cref="Current"/> then stays as it last was.</summary>
    public bool IsGone => throw new NotImplementedException();

    /// <summary>Brings <see cref="Current"/> up to the database and returns it. Concurrent callers share one query where they can.</summary>
    public ValueTask<FolderSnapshot> RefreshAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Completes when <see cref="Current"/> is no longer <paramref name="seen"/> or the folder is gone; at once if it already is so.</summary>
    public Task ChangedSinceAsync(FolderSnapshot seen, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <summary>Keeps a <see cref="LiveFolder"/> loaded and fed with notifications until disposed.</summary>
public sealed class LiveFolderLease : IDisposable
{
    public LiveFolder Folder => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
