using System.Text;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>
/// A locked inbox: no other transaction writes to it until this one ends. Counters increase as this transaction uses
/// them.
/// </summary>
/// <param name="modSeq">The mod-sequence of everything this transaction does in the inbox.</param>
sealed class InboxLock(InboxId inbox, InboxKeywords keywords, ModSeq modSeq, InboxCounters counters)
{
    /// <summary>Maximum number of the owner's keywords in use in one folder.</summary>
    public const int MostKeywords = 1000;

    /// <summary>
    /// Maximum number of keywords of each kind that an inbox keeps. A keyword is kept even if no message has it any
    /// more.
    /// </summary>
    public const int MostKeywordsEver = 10_000;

    const int MostKeywordOctets = 255;

    // Maximum for one message: all that the owner can set, and the server's own.
    const int MostKeywordsAtOnce = MostKeywords + 100;

    InboxCounters _counters = counters;

    public InboxId Inbox { get; } = inbox;

    public ModSeq ModSeq { get; } = modSeq;

    public OrganizationId Organization { get; init; }

    /// <summary>True if the inbox has event consumers.</summary>
    public bool IsFollowed { get; init; }

    public InboxCounters Counters => _counters;

    /// <summary>The committed keywords; complete while the lock is held.</summary>
    public InboxKeywords Keywords { get; } = keywords;

    /// <summary>Keywords that this transaction creates. Others may see them only after the commit.</summary>
    public Dictionary<string, int> NewKeywords { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True if a counter has changed and must be written.</summary>
    public bool IsCounterChanged { get; private set; }

    /// <summary>
    /// True if folders (not their messages) or annotations have changed; sessions that watch the inbox are notified.
    /// </summary>
    public bool AreNamesChanged { get; private set; }

    public void MarkNamesChanged() => AreNamesChanged = true;

    public FolderId TakeFolderId()
    {
        IsCounterChanged = true;
        return new(_counters.NextFolderId++);
    }

    /// <summary>
    /// Returns a value larger than any before in the inbox. It follows the clock, so that it also grows when an inbox
    /// is deleted and re-created.
    /// </summary>
    public UidValidity TakeUidValidity(DateTimeOffset now)
    {
        IsCounterChanged = true;
        _counters.LastUidValidity = Math.Max(_counters.LastUidValidity + 1, (uint)now.ToUnixTimeSeconds());
        return new(_counters.LastUidValidity);
    }

    /// <summary>Adds messages to the usage; negative numbers for messages that lost their last entry.</summary>
    public void CountUsage(InboxUsage change)
    {
        IsCounterChanged |= change != default;
        _counters.Usage += change;
    }

    /// <summary>
    /// Returns the numbers of keywords, ascending, and creates those that are missing. Returns null for the empty set.
    /// Throws StoreRefusedException: KeywordLimit.
    /// </summary>
    public int[]? NumbersOf(KeywordSet set)
    {
        if (set.Names.Length > MostKeywordsAtOnce
            || set.Names.Any(name => Encoding.UTF8.GetByteCount(name) > MostKeywordOctets))
        {
            throw StoreRefusals.KeywordLimit();
        }
        return set.IsEmpty ? null : [.. set.Names.Select(name => KnownNumberOf(name) ?? TakeKeyword(name)).Order()];
    }

    /// <summary>Number of keywords of a kind that the inbox has ever had. No folder uses more.</summary>
    public int CountOf(KeywordKind kind) =>
        Keywords.CountOf(kind) + NewKeywords.Keys.Count(name => KeywordKinds.Of(name) == kind);

    /// <summary>Returns the numbers of all keywords of a kind.</summary>
    public int[] NumbersOf(KeywordKind kind) =>
        [.. Keywords.NumbersOf(kind), .. NewKeywords.Where(keyword => KeywordKinds.Of(keyword.Key) == kind).Select(keyword => keyword.Value)];

    public bool Knows(string keyword) => KnownNumberOf(keyword) is not null;

    /// <summary>Returns the numbers of those keywords that exist, ascending; null if none do.</summary>
    public int[]? KnownNumbersOf(KeywordSet set)
    {
        var known = set.Names.Select(KnownNumberOf).OfType<int>().Order().ToArray();
        return known is [] ? null : known;
    }

    int? KnownNumberOf(string name) =>
        Keywords.TryGetId(name, out var id) || NewKeywords.TryGetValue(name, out id) ? id : null;

    int TakeKeyword(string name)
    {
        if (KeywordKinds.Of(name) is not KeywordKind.Server and var kind && CountOf(kind) >= MostKeywordsEver)
        {
            throw StoreRefusals.KeywordLimit();
        }
        IsCounterChanged = true;
        NewKeywords.Add(name, _counters.NextKeywordId);
        return _counters.NextKeywordId++;
    }
}

/// <summary>The next numbers that an inbox assigns, and its usage.</summary>
record struct InboxCounters(int NextFolderId, int NextKeywordId, uint LastUidValidity, InboxUsage Usage);
