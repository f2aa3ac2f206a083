using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>
/// A condition that messages must match (RFC 9051 §6.4.4). Text matches as a case-insensitive substring of the decoded
/// text.
/// </summary>
public abstract record SearchCriterion
{
    public sealed record All : SearchCriterion;
    public sealed record And(IReadOnlyList<SearchCriterion> Criteria) : SearchCriterion;
    public sealed record Or(SearchCriterion Left, SearchCriterion Right) : SearchCriterion;
    public sealed record Not(SearchCriterion Criterion) : SearchCriterion;

    /// <summary>Inclusive ranges: ascending, non-overlapping.</summary>
    public sealed record Uids(IReadOnlyList<UidRange> Ranges) : SearchCriterion;
    public sealed record HasFlag(SystemFlags Flag) : SearchCriterion;
    public sealed record HasKeyword(string Keyword) : SearchCriterion;

    /// <summary>The entry last changed at this mod-sequence or later (RFC 7162 §3.1.5).</summary>
    public sealed record ChangedFrom(ModSeq ModSeq) : SearchCriterion;
    public sealed record Larger(long Octets) : SearchCriterion;
    public sealed record Smaller(long Octets) : SearchCriterion;

    /// <summary>The date, ignoring time and time zone, is in [From, Before). Null: no limit.</summary>
    public sealed record Dated(DateField Field, DateOnly? From, DateOnly? Before) : SearchCriterion;

    /// <summary>The internal date is at most this many seconds ago.</summary>
    public sealed record Younger(uint Seconds) : SearchCriterion;
    public sealed record HasMessage(MessageId Message) : SearchCriterion;
    public sealed record IsInThread(ThreadId Thread) : SearchCriterion;
    public sealed record Contains(TextField Field, string Text) : SearchCriterion;

    /// <summary>
    /// The header field exists and contains the text. If the text is empty, the field only has to exist.
    /// </summary>
    public sealed record Header(string Name, string Text) : SearchCriterion;
}

public enum DateField
{
    Internal,
    Sent,
    Saved,
}

public enum TextField
{
    Subject,
    From,
    To,
    Cc,
    Bcc,
    Body,
    Text,
}
