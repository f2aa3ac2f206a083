namespace AgentPost.Store.Search;

/// <summary>One sort criterion (RFC 5256 §3).</summary>
public readonly record struct SortCriterion(SortKey Key, SortDirection Direction);

/// <summary>The keys to sort by. Text is compared with i;unicode-casemap.</summary>
public enum SortKey
{
    /// <summary>The internal date.</summary>
    Arrival,

    /// <summary>The local part of the first address in the field. The same applies to From and To.</summary>
    Cc,

    /// <summary>The Date field, in UTC, or the internal date if there is none (RFC 5256 §2.2).</summary>
    Date,
    From,
    Size,

    /// <summary>The base subject (RFC 5256 §2.1).</summary>
    Subject,
    To,

    /// <summary>
    /// The name of the first address, or the address if it has no name (RFC 5957 §3). The same applies to DisplayTo.
    /// </summary>
    DisplayFrom,
    DisplayTo,
}

public enum SortDirection
{
    Ascending,
    Descending,
}
