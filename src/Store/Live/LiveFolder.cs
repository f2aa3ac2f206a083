using System.Diagnostics.CodeAnalysis;
using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// The newest known snapshot of a folder in this process. Refreshing is the only way it changes; it is idempotent and always asks the
/// database. Notifications only say when to refresh. Thread-safe.
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

    // Number of the last refresh that began, and of the last that began and succeeded. Under the semaphore, read without.
    long _begun;
    long _succeeded;

    internal LiveFolder(FolderKey key, FolderReader reader, LiveInboxes inboxes)
    {
        _key = key;
        _reader = reader;
        _inboxes = inboxes;
    }

    public FolderSnapshot Current => Known.Snapshot;

    /// <summary>The first UID that no session of this process has claimed as <c>\Recent</c>; no more than 0 or 1 before any has.</summary>
    public Uid FirstRecent => new(Volatile.Read(ref _firstRecent));

    /// <summary>True once the folder has been deleted; <see cref="Current"/> then stays as it last was.</summary>
    public bool IsGone => _version is { IsGone: true };

    internal bool IsLoaded => _version is not null;

    Version Known => _version ?? throw new InvalidOperationException("The folder has not been loaded.");

    /// <summary>Brings <see cref="Current"/> up to the database and returns it. Concurrent callers share one query where they can.</summary>
    public async ValueTask<FolderSnapshot> RefreshAsync(CancellationToken cancellation)
    {
        await TryRefreshAsync(cancellation);
        return Current;
    }

    /// <summary>Claims as <c>\Recent</c> what lies below a UID and is not claimed yet; returns the first UID that is the caller's.</summary>
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

    /// <summary>Completes when <see cref="Current"/> is no longer <paramref name="seen"/> or the folder is gone; at once if it already is so.</summary>
    public Task ChangedSinceAsync(FolderSnapshot seen, CancellationToken cancellation)
    {
        var version = Known;
        return version.IsGone || !ReferenceEquals(version.Snapshot, seen) ? Task.CompletedTask : version.Replaced.Task.WaitAsync(cancellation);
    }

    /// <summary>Refreshes; false when the folder does not exist, also when it was never loaded.</summary>
    internal async ValueTask<bool> TryRefreshAsync(CancellationToken cancellation)
    {
        var asked = Volatile.Read(ref _begun);
        await _refreshing.WaitAsync(cancellation);
        try
        {
            // A refresh that began after this call was made has seen all that this call must see.
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
    /// Takes over what a writer of this process has committed. When other commits lie between, the database is asked instead.
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
        // A folder that was never loaded and is not there stays unloaded.
        _version = snapshot is not null ? new(snapshot, false) : old is null ? null : new(old.Snapshot, true);
        old?.Replaced.TrySetResult();
        _inboxes.MessagesChanged(_key.Inbox);
    }

    sealed record Version(FolderSnapshot Snapshot, bool IsGone)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
