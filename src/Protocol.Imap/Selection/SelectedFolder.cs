using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// A selected folder: the view that its client has, and the live folder with newer states. Used only by the
/// connection's task. Owns the lease.
/// </summary>
sealed class SelectedFolder : IDisposable
{
    // Each watch keeps its results in memory and costs a search on every change.
    const int MostWatches = 10;

    readonly LiveFolderLease _lease;
    readonly FolderView _view;
    readonly List<SearchWatch> _watches = [];
    readonly HashSet<Uid> _ownArrivals = [];
    OwnChange? _ownChange;
    bool _hasOwnNews;

    /// <param name="firstRecent">The first UID that no session had claimed as <c>\Recent</c>.</param>
    /// <param name="messages">Reads the messages of the folder.</param>
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

    /// <summary>The events that the client wants (RFC 5465).</summary>
    public SelectedEvents Events { get; set; } = SelectedEvents.Usual;

    /// <summary>
    /// True if nothing may be reported, because the client asked for that and keeps its view. Changes by its own
    /// commands are reported anyway.
    /// </summary>
    public bool IsMuted => !Events.TellsMessages && !_hasOwnNews;

    /// <summary>
    /// The messages as the client numbers them, including expunged ones that may not be reported yet.
    /// </summary>
    public FolderSnapshot View => _view.Current;

    public FolderKey Key => View.Key;

    /// <inheritdoc cref="FolderView.IsHolding"/>
    public bool IsHolding => _view.IsHolding;

    /// <inheritdoc cref="FolderView.ToldModSeq"/>
    public ModSeq ToldModSeq => _view.ToldModSeq;

    /// <summary>Mod-sequence of the newest known state, which the next <see cref="Advance"/> reports.</summary>
    public ModSeq NewestModSeq => _lease.Folder.Current.HighestModSeq;

    /// <summary>The keywords that have been reported to the client.</summary>
    public KnownKeywords Keywords => _view.Keywords;

    /// <summary>The searches for which the client receives every change of the results.</summary>
    public IReadOnlyList<SearchWatch> Watches => _watches;

    public bool IsGone => _lease.Folder.IsGone;

    /// <inheritdoc cref="FolderView.Resolve"/>
    public MessageSelection Resolve(SequenceSet set, Numbering numbering) => _view.Resolve(set, numbering);

    /// <inheritdoc cref="FolderView.ResolveExisting"/>
    public MessageSelection ResolveExisting(SequenceSet set, Numbering numbering) => _view.ResolveExisting(set, numbering);

    /// <summary>Sets the UIDs of <c>$</c>, ascending (RFC 5182 §2.1).</summary>
    public void Save(IEnumerable<Uid> found) => _view.Saved = [.. NumberRuns.Of(found.Select(uid => uid.Value))];

    /// <summary>Returns false if there are too many watches (RFC 5267 §4.3.1).</summary>
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

    /// <summary>True if there are changes that have not been reported.</summary>
    public bool HasNews(ExpungeTelling expunges) =>
        !ReferenceEquals(_lease.Folder.Current, _view.Newest) || (IsHolding && expunges is ExpungeTelling.Allowed);

    /// <summary>All messages below this UID have been reported.</summary>
    public Uid NextUntold => _view.Newest.UidNext;

    /// <summary>Evaluates the watched searches and returns the changes of their results.</summary>
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

    /// <summary>Completes when there may be changes to report.</summary>
    public Task ChangedAsync(CancellationToken cancellation) => _lease.Folder.ChangedSinceAsync(_view.Newest, cancellation);

    /// <summary>Queries the database for changes; the next <see cref="Advance"/> reports them.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation) => await _lease.Folder.RefreshAsync(cancellation);

    /// <summary>Ensures that the next <see cref="Advance"/> reports a committed change.</summary>
    public async ValueTask CatchUpAsync(ModSeq committed, CancellationToken cancellation)
    {
        _hasOwnNews = true;
        if (_lease.Folder.Current.HighestModSeq < committed)
        {
            await CatchUpAsync(cancellation);
        }
    }

    /// <summary>
    /// Same for a change whose mod-sequence is unknown. If the database becomes unavailable, the commit is still valid:
    /// the change is reported later, and the command still succeeds.
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

    /// <summary>Sets how the next <see cref="Advance"/> reports this session's own change.</summary>
    public void Announce(OwnChange change) => _ownChange = change;

    /// <summary>Records messages that this session added, so that they are not reported as new to it.</summary>
    public void NoteOwnArrivals(IEnumerable<Uid> uids) => _ownArrivals.UnionWith(uids);

    /// <summary>True if messages of the view have been expunged and this has not been reported yet.</summary>
    public bool HasUnreportedExpunges => IsHolding
        || (!ReferenceEquals(_lease.Folder.Current, _view.Newest) && SnapshotDiff.Between(View, _lease.Folder.Current).Expunged.Count > 0);

    /// <summary>Finds the newest known state of a message. Returns null if it has vanished.</summary>
    public FolderEntry? FindNewest(Uid uid)
    {
        var newest = _lease.Folder.Current;
        return newest.IndexOf(uid) is >= 0 and var index ? newest[index] : null;
    }

    /// <summary>True if one of the UIDs (ascending) is no longer in the folder.</summary>
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

    /// <summary>
    /// Moves the view to the newest known state and returns what must be reported. <see cref="UpdateWriter"/> writes
    /// it.
    /// </summary>
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

    /// <summary>Returns the messages from a UID on, except those that this session added itself.</summary>
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
