using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>A selected folder: what its client knows of it, and the live folder that tells what is new. Used by the task of its connection alone; owns the lease.</summary>
sealed class SelectedFolder : IDisposable
{
    // Each keeps its results in memory and costs a search whenever something changes.
    const int MostWatches = 10;

    readonly LiveFolderLease _lease;
    readonly FolderView _view;
    readonly List<SearchWatch> _watches = [];
    readonly HashSet<Uid> _ownArrivals = [];
    OwnChange? _ownChange;
    bool _hasOwnNews;

    /// <param name="firstRecent">The first UID that no session had claimed as <c>\Recent</c>.</param>
    /// <param name="messages">Where its messages are read.</param>
    public SelectedFolder(LiveFolderLease lease, Folder folder, FolderAccess access, Uid firstRecent, Messages messages)
    {
        _lease = lease;
        _view = new(lease.Folder.Current);
        Folder = folder;
        Access = access;
        Messages = messages;
        Recent = new(lease.Folder, access, _view.Current, firstRecent);
    }

    public Folder Folder { get; }

    public FolderAccess Access { get; }

    public Messages Messages { get; }

    public RecentUids Recent { get; }

    /// <summary>What the client wants to be told (RFC 5465).</summary>
    public SelectedEvents Events { get; set; } = SelectedEvents.Usual;

    /// <summary>
    /// Nothing may be told: the client has asked for it, and keeps the view that it has. What its own commands do to the folder is told nevertheless.
    /// </summary>
    public bool IsMuted => !Events.TellsMessages && !_hasOwnNews;

    /// <summary>The messages as the client numbers them, vanished ones that it may not be told of yet included.</summary>
    public FolderSnapshot View => _view.Current;

    public FolderKey Key => View.Key;

    /// <inheritdoc cref="FolderView.IsHolding"/>
    public bool IsHolding => _view.IsHolding;

    /// <inheritdoc cref="FolderView.ToldModSeq"/>
    public ModSeq ToldModSeq => _view.ToldModSeq;

    /// <summary>Of the newest known state, which the next <see cref="Advance"/> tells.</summary>
    public ModSeq NewestModSeq => _lease.Folder.Current.HighestModSeq;

    /// <summary>The keywords that the client has been told of.</summary>
    public KnownKeywords Keywords => _view.Keywords;

    /// <summary>The searches of whose results the client is told every change.</summary>
    public IReadOnlyList<SearchWatch> Watches => _watches;

    public bool IsGone => _lease.Folder.IsGone;

    /// <inheritdoc cref="FolderView.Resolve"/>
    public MessageSelection Resolve(SequenceSet set, Numbering numbering) => _view.Resolve(set, numbering);

    /// <inheritdoc cref="FolderView.ResolveExisting"/>
    public MessageSelection ResolveExisting(SequenceSet set, Numbering numbering) => _view.ResolveExisting(set, numbering);

    /// <summary>Sets what <c>$</c> stands for: UIDs, ascending (RFC 5182 §2.1).</summary>
    public void Save(IEnumerable<Uid> found) => _view.Saved = [.. NumberRuns.Of(found.Select(uid => uid.Value))];

    /// <summary>False when there are too many already (RFC 5267 §4.3.1).</summary>
    public bool TryWatch(SearchWatch watch)
    {
        var hasRoom = _watches.Count < MostWatches;
        if (hasRoom)
        {
            _watches.Add(watch);
        }
        return hasRoom;
    }

    public void Unwatch(string tag) => _watches.RemoveAll(watch => watch.Tag == tag);

    /// <summary>Whether there is something that the client has not been told.</summary>
    public bool HasNews(ExpungeTelling expunges) =>
        !ReferenceEquals(_lease.Folder.Current, _view.Newest) || (IsHolding && expunges is ExpungeTelling.Allowed);

    /// <summary>The client knows of all messages below this UID.</summary>
    public Uid NextUntold => _view.Newest.UidNext;

    /// <summary>How the results of the watched searches have changed.</summary>
    public async ValueTask<IReadOnlyList<(SearchWatch Watch, ResultChange Change)>> JudgeWatchesAsync(CancellationToken cancellation)
    {
        if (_watches.Count == 0)
        {
            return [];
        }
        var results = new List<(SearchWatch, ResultChange)>(_watches.Count);
        foreach (var watch in _watches)
        {
            results.Add((watch, await watch.JudgeAsync(this, cancellation)));
        }
        return results;
    }

    /// <summary>Completes when there may be something to tell.</summary>
    public Task ChangedAsync(CancellationToken cancellation) => _lease.Folder.ChangedSinceAsync(_view.Newest, cancellation);

    /// <summary>Asks the database for changes; the next <see cref="Advance"/> tells them.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation) => await _lease.Folder.RefreshAsync(cancellation);

    /// <summary>Makes sure that the next <see cref="Advance"/> tells of a change that is committed.</summary>
    public async ValueTask CatchUpAsync(ModSeq committed, CancellationToken cancellation)
    {
        _hasOwnNews = true;
        if (_lease.Folder.Current.HighestModSeq < committed)
        {
            await CatchUpAsync(cancellation);
        }
    }

    /// <summary>
    /// The same for a change whose mod-sequence is not known. A database lost in between does not undo the commit: then the change is told later, and
    /// the command is answered OK all the same.
    /// </summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellation)
    {
        _hasOwnNews = true;
        try
        {
            await RefreshAsync(cancellation);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    /// <summary>Says how the next <see cref="Advance"/> treats what this session has just changed.</summary>
    public void Announce(OwnChange change) => _ownChange = change;

    /// <summary>This session itself has brought these messages: it knows them.</summary>
    public void NoteOwnArrivals(IEnumerable<Uid> uids) => _ownArrivals.UnionWith(uids);

    /// <summary>True if messages of the view have been expunged and the client does not know it yet.</summary>
    public bool HasUnreportedExpunges => IsHolding
        || (!ReferenceEquals(_lease.Folder.Current, _view.Newest) && SnapshotDiff.Between(View, _lease.Folder.Current).Expunged.Count > 0);

    /// <summary>The newest known state of a message; null when it has vanished.</summary>
    public FolderEntry? FindNewest(Uid uid)
    {
        var newest = _lease.Folder.Current;
        return newest.IndexOf(uid) is >= 0 and var index ? newest[index] : null;
    }

    /// <summary>Whether one of the UIDs (ascending) is no longer in the folder.</summary>
    public bool AnyVanished(ReadOnlySpan<Uid> uids)
    {
        var current = _lease.Folder.Current;
        foreach (var uid in uids)
        {
            if (current.IndexOf(uid) < 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Moves the view to the newest known state and says what the client must be told; <see cref="UpdateWriter"/> tells it.</summary>
    public ViewUpdate Advance(ExpungeTelling expunges, EnabledExtensions enabled)
    {
        var ownChange = _ownChange;
        _ownChange = null;
        _hasOwnNews = false;
        var told = _view.Newest.UidNext;
        var update = _view.Advance(_lease.Folder.Current, expunges, ownChange, enabled);
        if (update.HasArrivals)
        {
            Recent.Arrive(told, _view.Newest.UidNext);
        }
        return Events.TellsFlags ? update : update.OnlyFlagsOf(ownChange);
    }

    /// <summary>The messages that have come since the client was told of all below a UID, but for those that it has brought itself.</summary>
    public IReadOnlyList<Uid> TakeArrivals(Uid from)
    {
        var arrived = new List<Uid>();
        for (var index = _view.IndexFrom(from); index < View.Count; index++)
        {
            if (!_ownArrivals.Contains(View[index].Uid))
            {
                arrived.Add(View[index].Uid);
            }
        }
        _ownArrivals.Clear();
        return arrived;
    }

    public void Dispose() => _lease.Dispose();
}
