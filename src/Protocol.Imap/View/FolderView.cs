using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// The state of a folder that a client knows. Only <see cref="Advance"/> changes it: message numbers keep the client's
/// meaning until a change is reported. Pure: the caller passes newer states of the folder.
/// </summary>
sealed class FolderView
{
    public FolderView(FolderSnapshot first)
    {
        Current = Newest = first;
        ToldModSeq = first.HighestModSeq;
        Keywords.Learn(first.KeywordsInUse);
    }

    /// <summary>
    /// The messages as the client numbers them, including expunged ones that may not be reported yet.
    /// </summary>
    public FolderSnapshot Current { get; private set; }

    /// <summary>
    /// The newest state that has been reported, except for held expunges. It differs from <see cref="Current"/> while
    /// expunged messages are held.
    /// </summary>
    public FolderSnapshot Newest { get; private set; }

    /// <summary>True if expunged messages are in the view because they may not be reported yet.</summary>
    public bool IsHolding => !ReferenceEquals(Current, Newest);

    /// <summary>
    /// The client knows every change up to this mod-sequence, and may send it when it resynchronizes. While expunges
    /// are held, this is a point before them, even if later flag changes have been reported (RFC 7162 §3.2).
    /// </summary>
    public ModSeq ToldModSeq { get; private set; }

    /// <summary>The keywords that have been reported to the client.</summary>
    public KnownKeywords Keywords { get; } = new();

    /// <summary>
    /// The UIDs of <c>$</c>, as ascending, non-overlapping ranges (RFC 5182 §2.1). Expunged UIDs are ignored.
    /// </summary>
    public ImmutableArray<SequenceRange> Saved { get; set; } = [];

    /// <summary>Returns the index of the first message with this UID or a larger one.</summary>
    public int IndexFrom(Uid uid)
    {
        var index = Current.IndexOf(uid);
        return index >= 0 ? index : ~index;
    }

    /// <summary>
    /// Finds the messages of a set. UIDs that do not exist are ignored (RFC 9051 §6.4.9). A message number that does
    /// not exist is a client error. <c>n:*</c> always contains the last message, and <c>*</c> in an empty folder
    /// matches none.
    /// </summary>
    public MessageSelection Resolve(SequenceSet set, Numbering numbering) => new(Current, set switch
    {
        { IsSaved: true } => NumbersOf(Saved),
        _ when numbering is Numbering.SequenceNumbers => ResolveNumbers(set),
        _ => Current.Count == 0 ? [] : NumbersOf(set.Resolve(Current[Current.Count - 1].Uid.Value)),
    });

    /// <summary>
    /// Same as <see cref="Resolve"/>, but message numbers that do not exist are ignored: in a search, a set is a
    /// criterion.
    /// </summary>
    public MessageSelection ResolveExisting(SequenceSet set, Numbering numbering) =>
        set.IsSaved || numbering is Numbering.Uids ? Resolve(set, numbering) : new(Current, ExistingNumbers(set));

    /// <summary>Moves to a newer state and returns what must be reported. The update writer writes it.</summary>
    /// <param name="ownChange">A change by this session that the newer state contains.</param>
    public ViewUpdate Advance(FolderSnapshot newest, ExpungeTelling expunges, OwnChange? ownChange, EnabledExtensions enabled)
    {
        if (ownChange is null && ReferenceEquals(newest, Newest) && (!IsHolding || expunges is ExpungeTelling.Held))
        {
            return ViewUpdate.None;
        }
        var diff = SnapshotDiff.Between(Current, newest);
        var flags = FlagsToTell(diff, newest, ownChange, enabled);
        var modSeqs = enabled.HasFlag(EnabledExtensions.CondStore) ? ModSeqsToTell(diff, newest, ownChange) : [];
        Current = expunges is ExpungeTelling.Held ? HeldSnapshot.Build(newest, diff.Expunged) : newest;
        Newest = newest;
        ToldModSeq = IsHolding ? ToldModSeq : newest.HighestModSeq;
        return new(flags, modSeqs, expunges is ExpungeTelling.Held ? [] : diff.Expunged, diff.Arrived > 0, LearnKeywords(diff));
    }

    /// <summary>Finds the numbers of the messages in ranges of UIDs.</summary>
    ImmutableArray<SequenceRange> NumbersOf(ImmutableArray<SequenceRange> uids)
    {
        var numbers = ImmutableArray.CreateBuilder<SequenceRange>();
        foreach (var (first, last) in uids)
        {
            var start = IndexFrom(new(first));
            var end = last == uint.MaxValue ? Current.Count : IndexFrom(new(last + 1));
            if (start < end)
            {
                numbers.Add(new((uint)start + 1, (uint)end));
            }
        }
        return numbers.DrainToImmutable();
    }

    ImmutableArray<SequenceRange> ResolveNumbers(SequenceSet set)
    {
        var exists = (uint)Current.Count;
        if (set.Ranges.Any(range => !HasStar(range) && Math.Max(range.First, range.Last) > exists))
        {
            throw new RefusedException(Completion.Bad($"There are only {exists} messages"));
        }
        return ExistingNumbers(set);

        static bool HasStar(SequenceRange range) => range.First == SequenceSet.Star || range.Last == SequenceSet.Star;
    }

    ImmutableArray<SequenceRange> ExistingNumbers(SequenceSet set)
    {
        var exists = (uint)Current.Count;
        // If n is greater than the last number, n:* contains the last message, as with UIDs: clients ask for new
        // messages like this.
        return
        [
            .. set.Resolve(exists)
                .Where(range => range.First > 0 && range.First <= exists)
                .Select(range => range with { Last = Math.Min(range.Last, exists) }),
        ];
    }

    List<NumberedEntry> FlagsToTell(SnapshotDiff diff, FolderSnapshot newest, OwnChange? ownChange, EnabledExtensions enabled)
    {
        var told = new List<NumberedEntry>();
        foreach (var change in diff.Changed)
        {
            var isSilenced = ownChange is not null && ownChange.Covers(change.After.Uid) && ownChange.Silences(change);
            if (!isSilenced && (change.OfFlags || enabled.HasFlag(EnabledExtensions.CondStore)))
            {
                told.Add(new(change.Number, change.After));
            }
        }
        if (ownChange is { Telling: Telling.Always })
        {
            AddUnchanged(told, newest, ownChange.Uids.Span);
        }
        if (ownChange is not null)
        {
            AddUnchanged(told, newest, ownChange.Refused.Span);
        }
        return told;
    }

    /// <summary>
    /// Finds the entries to report with only their mod-sequence, because the client knows their flags (RFC 7162
    /// §3.1.3).
    /// </summary>
    List<NumberedEntry> ModSeqsToTell(SnapshotDiff diff, FolderSnapshot newest, OwnChange? ownChange)
    {
        var told = new List<NumberedEntry>();
        if (ownChange is null)
        {
            return told;
        }
        foreach (var change in diff.Changed)
        {
            var isKnown = ownChange.Telling is Telling.OnlySurprises && change.After.ModSeq == ownChange.ModSeq;
            if (!isKnown && ownChange.Covers(change.After.Uid) && ownChange.Silences(change))
            {
                told.Add(new(change.Number, change.After));
            }
        }
        if (ownChange.Telling is Telling.EveryModSeq)
        {
            AddUnchanged(told, newest, ownChange.Uids.Span);
        }
        return told;
    }

    /// <summary>Adds those of the UIDs (ascending) that still exist and are not in the list (ascending) yet.</summary>
    void AddUnchanged(List<NumberedEntry> told, FolderSnapshot newest, ReadOnlySpan<Uid> uids)
    {
        var (next, changed) = (0, told.Count);
        foreach (var uid in uids)
        {
            while (next < changed && told[next].Entry.Uid < uid)
            {
                next++;
            }
            var isTold = next < changed && told[next].Entry.Uid == uid;
            var (seen, now) = (Current.IndexOf(uid), newest.IndexOf(uid));
            if (!isTold && seen >= 0 && now >= 0)
            {
                told.Add(new(seen + 1, newest[now]));
            }
        }
        if (told.Count > changed)
        {
            told.Sort((left, right) => left.Number.CompareTo(right.Number));
        }
    }

    bool LearnKeywords(SnapshotDiff diff)
    {
        var isNew = false;
        foreach (var change in diff.Changed)
        {
            isNew |= Keywords.Learn(change.After.Keywords);
        }
        for (var index = Current.Count - diff.Arrived; index < Current.Count; index++)
        {
            isNew |= Keywords.Learn(Current[index].Keywords);
        }
        return isNew;
    }
}
