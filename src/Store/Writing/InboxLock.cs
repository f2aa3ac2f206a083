using System.Text;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>A locked inbox: nobody else writes to it until the transaction ends. Counters go up as the transaction takes from them.</summary>
/// <param name="modSeq">The mod-sequence of everything this transaction does in the inbox.</param>
sealed class InboxLock(InboxId inbox, InboxKeywords keywords, ModSeq modSeq, InboxCounters counters)
{
    /// <summary>Maximum number of the owner's keywords in use in one folder.</summary>
    public const int MostKeywords = 1000;

    /// <summary>Maximum number of keywords of each kind that an inbox keeps; a keyword stays when no message has it any
    /// more.</summary>
    public const int MostKeywordsEver = 10_000;

    const int MostKeywordOctets = 255;

    // Of one message: all that the owner may set, and the server's own.
    const int MostKeywordsAtOnce = MostKeywords + 100;

    InboxCounters _counters = counters;

    public InboxId Inbox { get; } = inbox;

    public ModSeq ModSeq { get; } = modSeq;

    public OrganizationId Organization { get; init; }

    /// <summary>Whether somebody wants to be told of changes.</summary>
    public bool IsFollowed { get; init; }

    public InboxCounters Counters => _counters;

    /// <summary>The keywords that others have committed, all of them while the lock holds.</summary>
    public InboxKeywords Keywords { get; } = keywords;

    /// <summary>Keywords that this transaction makes; others may learn of them when it has committed.</summary>
    public Dictionary<string, int> NewKeywords { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a counter has changed and must be written back.</summary>
    public bool IsCounterChanged { get; private set; }

    /// <summary>Whether folders as such or annotations have changed, of which those who follow the inbox are told.</summary>
    public bool AreNamesChanged { get; private set; }

    public void MarkNamesChanged() => AreNamesChanged = true;

    public FolderId TakeFolderId()
    {
        IsCounterChanged = true;
        return new(_counters.NextFolderId++);
    }

    /// <summary>Larger than any before in the inbox, and by the clock, so that it also grows when an inbox is made again.</summary>
    public UidValidity TakeUidValidity(DateTimeOffset now)
    {
        IsCounterChanged = true;
        _counters.LastUidValidity = Math.Max(_counters.LastUidValidity + 1, (uint)now.ToUnixTimeSeconds());
        return new(_counters.LastUidValidity);
    }

    /// <summary>Counts messages that come, or with negative numbers such as have lost their last entry.</summary>
    public void CountUsage(InboxUsage change)
    {
        IsCounterChanged |= change != default;
        _counters.Usage += change;
    }

    /// <summary>The numbers of keywords, ascending, made where there is none yet; null for the empty set. Refusal: KeywordLimit.</summary>
    public int[]? NumbersOf(KeywordSet set)
    {
        if (set.Names.Length > MostKeywordsAtOnce
            || set.Names.Any(name => Encoding.UTF8.GetByteCount(name) > MostKeywordOctets))
        {
            throw StoreRefusals.KeywordLimit();
        }
        return set.IsEmpty ? null : [.. set.Names.Select(name => KnownNumberOf(name) ?? TakeKeyword(name)).Order()];
    }

    /// <summary>Number of keywords of a kind that the inbox has ever had; no folder has more in use.</summary>
    public int CountOf(KeywordKind kind) =>
        Keywords.CountOf(kind) + NewKeywords.Keys.Count(name => KeywordKinds.Of(name) == kind);

    /// <summary>The numbers of all keywords of a kind.</summary>
    public int[] NumbersOf(KeywordKind kind) =>
        [.. Keywords.NumbersOf(kind), .. NewKeywords.Where(keyword => KeywordKinds.Of(keyword.Key) == kind).Select(keyword => keyword.Value)];

    public bool Knows(string keyword) => KnownNumberOf(keyword) is not null;

    /// <summary>The numbers of those keywords that there are, ascending; null for none.</summary>
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

/// <summary>What an inbox gives out next, and what it holds.</summary>
record struct InboxCounters(int NextFolderId, int NextKeywordId, uint LastUidValidity, InboxUsage Usage);
