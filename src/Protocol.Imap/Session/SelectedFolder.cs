using System.Collections.Immutable;
using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>
/// A selected folder as its client sees it. The view is a snapshot that only <see cref="Advance"/> moves: message numbers are the client's until it has
/// been told otherwise. Used by the task of its connection alone; owns the lease.
/// </summary>
sealed class SelectedFolder : IDisposable
{
    readonly LiveFolderLease _lease;
    FolderSnapshot _newest;
    OwnChange? _ownChange;

    /// <param name="firstRecent">The first UID that is <c>\Recent</c> in this session.</param>
    public SelectedFolder(LiveFolderLease lease, Folder folder, FolderAccess access, Uid firstRecent)
    {
        _lease = lease;
        Folder = folder;
        Access = access;
        FirstRecent = firstRecent;
        View = _newest = lease.Folder.Current;
        Keywords.LearnAll(View);
    }

    public Folder Folder { get; }

    public FolderAccess Access { get; }

    public Uid FirstRecent { get; }

    /// <summary>What the client has been told, vanished messages that it may not be told of yet included.</summary>
    public FolderSnapshot View { get; private set; }

    public FolderKey Key => View.Key;

    /// <summary>The keywords that the client has been told of.</summary>
    public KnownKeywords Keywords { get; } = new();

    public bool IsGone => _lease.Folder.IsGone;

    public int RecentCount => View.Count - FirstIndexFrom(FirstRecent);

    public bool IsRecent(Uid uid) => uid >= FirstRecent;

    /// <summary>Completes when there may be something to tell.</summary>
    public Task ChangedAsync(CancellationToken cancellation) => _lease.Folder.ChangedSinceAsync(_newest, cancellation);

    /// <summary>Asks the database for changes; the next <see cref="Advance"/> tells them.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation) => await _lease.Folder.RefreshAsync(cancellation);

    /// <summary>
    /// Makes sure that the next <see cref="Advance"/> tells of a change that is committed. A database lost in between does not undo the commit: then the
    /// change is told later, and the command is answered OK all the same.
    /// </summary>
    public async ValueTask CatchUpAsync(ModSeq committed, CancellationToken cancellation)
    {
        if (_lease.Folder.Current.HighestModSeq >= committed)
        {
            return;
        }
        try
        {
            await _lease.Folder.RefreshAsync(cancellation);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    /// <summary>Says how the next <see cref="Advance"/> treats what this session has just changed.</summary>
    public void Announce(OwnChange change) => _ownChange = change;

    /// <summary>Whether one of the UIDs (ascending) is in the view but no longer in the folder.</summary>
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
    /// The messages of the view that a set names. UIDs that do not exist are passed over (RFC 9051 §6.4.9); a message number that does not exist is the
    /// client's mistake. <c>n:*</c> always names the last message, and <c>*</c> in an empty folder names none.
    /// </summary>
    public MessageSelection Resolve(SequenceSet set, Numbering numbering) =>
        new(View, numbering is Numbering.Uids ? ResolveUids(set) : ResolveNumbers(set));

    /// <summary>Moves the view to the newest known state and says what the client must be told; <see cref="UpdateWriter"/> tells it.</summary>
    public ViewUpdate Advance(ExpungeTelling expunges)
    {
        var newest = _lease.Folder.Current;
        var ownChange = _ownChange;
        _ownChange = null;
        var isHolding = !ReferenceEquals(View, _newest);
        if (ownChange is null && ReferenceEquals(newest, _newest) && (!isHolding || expunges is ExpungeTelling.Held))
        {
            return ViewUpdate.None;
        }
        var diff = SnapshotDiff.Between(View, newest);
        var flags = FlagsToTell(diff, newest, ownChange);
        View = expunges is ExpungeTelling.Held ? HeldSnapshot.Build(newest, diff.Expunged) : newest;
        _newest = newest;
        return new(flags, expunges is ExpungeTelling.Held ? [] : diff.Expunged, diff.Arrived > 0, LearnKeywords(flags, diff.Arrived));
    }

    public void Dispose() => _lease.Dispose();

    ImmutableArray<SequenceRange> ResolveUids(SequenceSet set)
    {
        if (View.Count == 0)
        {
            return [];
        }
        var numbers = ImmutableArray.CreateBuilder<SequenceRange>();
        foreach (var (first, last) in set.Resolve(View[View.Count - 1].Uid.Value))
        {
            var start = FirstIndexFrom(new(first));
            var end = last == uint.MaxValue ? View.Count : FirstIndexFrom(new(last + 1));
            if (start < end)
            {
                numbers.Add(new((uint)start + 1, (uint)end));
            }
        }
        return numbers.DrainToImmutable();
    }

    ImmutableArray<SequenceRange> ResolveNumbers(SequenceSet set)
    {
        var exists = (uint)View.Count;
        if (set.Ranges.Any(range => !HasStar(range) && Math.Max(range.First, range.Last) > exists))
        {
            throw new RefusedException(Completion.Bad($"There are only {exists} messages"));
        }
        // n:* beyond the end is taken as the last message, as it is for UIDs: it is how clients ask for what is new.
        return exists == 0 ? [] : [.. set.Resolve(exists).Select(range => new SequenceRange(Math.Min(range.First, exists), Math.Min(range.Last, exists)))];

        static bool HasStar(SequenceRange range) => range.First == SequenceSet.Star || range.Last == SequenceSet.Star;
    }

    int FirstIndexFrom(Uid uid) => View.IndexOf(uid) is var index and >= 0 ? index : ~View.IndexOf(uid);

    List<NumberedEntry> FlagsToTell(SnapshotDiff diff, FolderSnapshot newest, OwnChange? ownChange)
    {
        var told = new List<NumberedEntry>();
        foreach (var change in diff.Changed)
        {
            var isOwn = ownChange is not null && ownChange.Covers(change.After.Uid);
            if (!isOwn || (ownChange is { Telling: Telling.OnlySurprises } && !ownChange.Explains(change)))
            {
                told.Add(new(change.Number, change.After));
            }
        }
        if (ownChange is { Telling: Telling.Always })
        {
            AddAll(told, newest, ownChange.Uids.Span);
            told.Sort((left, right) => left.Number.CompareTo(right.Number));
        }
        return told;
    }

    void AddAll(List<NumberedEntry> told, FolderSnapshot newest, ReadOnlySpan<Uid> uids)
    {
        foreach (var uid in uids)
        {
            var (seen, now) = (View.IndexOf(uid), newest.IndexOf(uid));
            if (seen >= 0 && now >= 0)
            {
                told.Add(new(seen + 1, newest[now]));
            }
        }
    }

    bool LearnKeywords(List<NumberedEntry> flags, int arrived)
    {
        var isNew = false;
        foreach (var message in flags)
        {
            isNew |= Keywords.Learn(message.Entry.Keywords);
        }
        for (var index = View.Count - arrived; index < View.Count; index++)
        {
            isNew |= Keywords.Learn(View[index].Keywords);
        }
        return isNew;
    }
}

/// <summary>Whether a client may be told of expunged messages now.</summary>
enum ExpungeTelling
{
    Allowed,

    /// <summary>Not now: they stay in the view until a later sync point (RFC 9051 §7.5.1).</summary>
    Held,
}
