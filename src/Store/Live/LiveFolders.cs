using System.Threading.Channels;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Live;

/// <summary>
/// All live folders of the process: one per folder, shared by its sessions. After its last lease a folder stays loaded
/// for some minutes, so that the next SELECT reads only the changes since then. Thread-safe.
/// </summary>
public sealed class LiveFolders
{
    const int RefreshesAtOnce = 4;

    // Maximum for all unleased folders together. An entry takes about 24 bytes.
    const long MostUnleasedEntries = 10_000_000;
    static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(30);
    static readonly TimeSpan KeepUnleased = TimeSpan.FromMinutes(10);

    readonly FolderReader _reader;
    readonly LiveInboxes _inboxes;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _lock = new();
    readonly Dictionary<FolderKey, Slot> _slots = [];
    readonly Channel<FolderKey?> _hints = Channel.CreateUnbounded<FolderKey?>(new() { SingleReader = true });

    internal LiveFolders(FolderReader reader, LiveInboxes inboxes, TimeProvider time, ILogger logger)
    {
        _reader = reader;
        _inboxes = inboxes;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Loads or refreshes a folder and leases it. Throws StoreRefusedException: <see cref="Refusal.FolderNotFound"/>.
    /// </summary>
    public async ValueTask<LiveFolderLease> OpenAsync(FolderKey key, CancellationToken cancellation)
    {
        var lease = Lease(key);
        try
        {
            if (await lease.Folder.TryRefreshAsync(cancellation))
            {
                return lease;
            }
        }
        catch
        {
            lease.Dispose();
            throw;
        }
        lease.Dispose();
        throw StoreRefusals.FolderNotFound();
    }

    /// <summary>
    /// Applies a commit of this process. Returns when every session can see it. Ignores unleased folders, because their
    /// next lease reads the database. Never throws: the next comparison finds a change that is missed here.
    /// </summary>
    internal async Task ApplyAsync(CommittedChange change)
    {
        if (Leased(change.Key) is not { } folder)
        {
            return;
        }
        try
        {
            await folder.ApplyAsync(change, CancellationToken.None);
        }
        // Whatever the error, the transaction has been committed.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var level = DatabaseFailure.LevelOf(failure, LogLevel.Warning);
            Log.RefreshFailed(_logger, level, change.Key.Inbox, change.Key.Folder, failure);
        }
    }

    /// <summary>
    /// Records that a folder, or any folder if <paramref name="key"/> is null, may have changed. Leased folders are
    /// refreshed in the background. Returns immediately.
    /// </summary>
    internal void Hint(FolderKey? key)
    {
        if (key is null)
        {
            _inboxes.AllChanged();
        }
        else if (key.Value.Folder == FolderId.None)
        {
            _inboxes.NamesChanged(key.Value.Inbox);
        }
        if (key is null || Leased(key.Value) is not null)
        {
            _hints.Writer.TryWrite(key);
        }
    }

    /// <summary>
    /// Processes hints, compares leased folders with the database periodically, and unloads unused folders, until
    /// canceled.
    /// </summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CompareEvery, _time);
        var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
        var hint = _hints.Reader.WaitToReadAsync(cancellation).AsTask();
        while (!cancellation.IsCancellationRequested)
        {
            await Task.WhenAny(tick, hint);
            if (hint.IsCompletedSuccessfully)
            {
                await RefreshAsync(TakeHinted(), cancellation);
                hint = _hints.Reader.WaitToReadAsync(cancellation).AsTask();
            }
            if (tick.IsCompletedSuccessfully)
            {
                DropUnused();
                _inboxes.AllChanged();
                await RefreshAsync(AllLeased(), cancellation);
                tick = timer.WaitForNextTickAsync(cancellation).AsTask();
            }
        }
    }

    HashSet<FolderKey> TakeHinted()
    {
        var hinted = new HashSet<FolderKey>();
        while (_hints.Reader.TryRead(out var key))
        {
            hinted.UnionWith(key is { } one ? [one] : AllLeased());
        }
        return hinted;
    }

    Task RefreshAsync(IReadOnlyCollection<FolderKey> keys, CancellationToken cancellation) => Parallel.ForEachAsync(
        keys,
        new ParallelOptions { MaxDegreeOfParallelism = RefreshesAtOnce, CancellationToken = cancellation },
        async (key, token) =>
        {
            try
            {
                if (Leased(key) is { } folder)
                {
                    await folder.TryRefreshAsync(token);
                }
            }
            // An error in one folder must not stop updates to the others.
            catch (Exception failure) when (failure is not (OutOfMemoryException or OperationCanceledException))
            {
                var level = DatabaseFailure.LevelOf(failure, LogLevel.Warning);
                Log.RefreshFailed(_logger, level, key.Inbox, key.Folder, failure);
            }
        });

    FolderKey[] AllLeased()
    {
        lock (_lock)
        {
            return [.. _slots.Where(slot => slot.Value.Leases > 0).Select(slot => slot.Key)];
        }
    }

    internal void Return(FolderKey key)
    {
        lock (_lock)
        {
            var slot = _slots[key];
            slot.Leases--;
            slot.ReturnedAt = _time.GetUtcNow();
            if (slot.Leases == 0 && (!slot.Folder.IsLoaded || slot.Folder.IsGone))
            {
                _slots.Remove(key);
            }
        }
    }

    LiveFolderLease Lease(FolderKey key)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(key, out var slot))
            {
                slot = new(new(key, _reader, _inboxes));
                _slots.Add(key, slot);
            }
            slot.Leases++;
            return new(this, key, slot.Folder);
        }
    }

    LiveFolder? Leased(FolderKey key)
    {
        lock (_lock)
        {
            return _slots.TryGetValue(key, out var slot) && slot.Leases > 0 ? slot.Folder : null;
        }
    }

    void DropUnused()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            var kept = 0L;
            foreach (var (key, slot) in _slots.Where(slot => slot.Value.Leases == 0).OrderByDescending(slot => slot.Value.ReturnedAt).ToArray())
            {
                kept += slot.Folder.Current.Count;
                if (now - slot.ReturnedAt > KeepUnleased || kept > MostUnleasedEntries)
                {
                    _slots.Remove(key);
                }
            }
        }
    }

    sealed class Slot(LiveFolder folder)
    {
        public LiveFolder Folder { get; } = folder;
        public int Leases { get; set; }
        public DateTimeOffset ReturnedAt { get; set; }
    }
}
