using System.Diagnostics.CodeAnalysis;
using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// The newest snapshot of a folder that this process knows. It changes through a refresh, which is idempotent and reads
/// the database, or through a change that this process has committed. Notifications only say when to refresh.
/// Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim that is only awaited holds nothing to release.")]
public sealed class LiveFolder
{
    readonly FolderKey _key;
    readonly FolderReader _reader;
    readonly LiveInboxes _inboxes;
    readonly SemaphoreSlim _refreshing = new(1, 1);
    volatile Version? _version;
    uint _firstRecent;

    // Numbers of the last refresh that started, and of the last that started and succeeded. Written while the semaphore
    // is held, read without it.
    long _begun;
    long _succeeded;

    internal LiveFolder(FolderKey key, FolderReader reader, LiveInboxes inboxes)
    {
        _key = key;
        _reader = reader;
        _inboxes = inboxes;
    }

    public FolderSnapshot Current => Known.Snapshot;

    /// <summary>
    /// The first UID that no session of this process has claimed as <c>\Recent</c>. 0 or 1 before a message is claimed.
    /// </summary>
    public Uid FirstRecent => new(Volatile.Read(ref _firstRecent));

    /// <summary>True if the folder has been deleted. <see cref="Current"/> then keeps the last snapshot.</summary>
    public bool IsGone => _version is { IsGone: true };

    internal bool IsLoaded => _version is not null;

    Version Known => _version ?? throw new InvalidOperationException("The folder has not been loaded.");

    /// <summary>
    /// Updates <see cref="Current"/> from the database and returns it. Concurrent callers share one query if possible.
    /// </summary>
    public async ValueTask<FolderSnapshot> RefreshAsync(CancellationToken cancellation)
    {
        await TryRefreshAsync(cancellation);
        return Current;
    }

    /// <summary>
    /// Claims unclaimed entries below a UID as <c>\Recent</c>. Returns the first UID that the caller has claimed, which
    /// is not below <paramref name="before"/> if there was nothing to claim.
    /// </summary>
    public Uid ClaimRecent(Uid before)
    {
        while (true)
        {
            var first = Volatile.Read(ref _firstRecent);
            if (first >= before.Value || Interlocked.CompareExchange(ref _firstRecent, before.Value, first) == first)
            {
                return new(first);
            }
        }
    }

    /// <summary>
    /// Completes when <see cref="Current"/> differs from <paramref name="seen"/> or the folder has been deleted,
    /// immediately if this is already so.
    /// </summary>
    public Task ChangedSinceAsync(FolderSnapshot seen, CancellationToken cancellation)
    {
        var version = Known;
        return version.IsGone || !ReferenceEquals(version.Snapshot, seen) ? Task.CompletedTask : version.Replaced.Task.WaitAsync(cancellation);
    }

    /// <summary>
    /// Refreshes the snapshot. Returns false if the folder does not exist, even if it was never loaded.
    /// </summary>
    internal async ValueTask<bool> TryRefreshAsync(CancellationToken cancellation)
    {
        var asked = Volatile.Read(ref _begun);
        await _refreshing.WaitAsync(cancellation);
        try
        {
            // A refresh that started after this call contains everything that this call must see.
            if (_succeeded > asked || IsGone)
            {
                return !IsGone;
            }
            var number = ++_begun;
            var snapshot = await _reader.ReadAsync(_key, _version?.Snapshot, cancellation);
            Publish(snapshot);
            _succeeded = number;
            return snapshot is not null;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>
    /// Applies a change that this process has committed. If other commits are missing before it, reads the database
    /// instead.
    /// </summary>
    internal async ValueTask ApplyAsync(CommittedChange change, CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation);
        try
        {
            if (_version is not { IsGone: false, Snapshot: var known } || (!change.IsGone && known.HighestModSeq >= change.ModSeq))
            {
                return;
            }
            if (change.IsGone || known.HighestModSeq == change.Before)
            {
                Publish(change.IsGone ? null : change.ApplyTo(known));
                return;
            }
            _begun++;
            Publish(await _reader.ReadAsync(_key, known, cancellation));
            _succeeded = _begun;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    void Publish(FolderSnapshot? snapshot)
    {
        var old = _version;
        if (ReferenceEquals(snapshot, old?.Snapshot))
        {
            return;
        }
        // A folder that was never loaded and does not exist stays unloaded.
        _version = snapshot is not null ? new(snapshot, false) : old is null ? null : new(old.Snapshot, true);
        old?.Replaced.TrySetResult();
        _inboxes.MessagesChanged(_key.Inbox);
    }

    sealed record Version(FolderSnapshot Snapshot, bool IsGone)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
