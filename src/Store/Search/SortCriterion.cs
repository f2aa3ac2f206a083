namespace AgentPost.Store.Search;

/// <summary>One of the things by which messages are sorted (RFC 5256 §3).</summary>
public readonly record struct SortCriterion(SortKey Key, SortDirection Direction);

/// <summary>What messages are sorted by. Text is compared by i;unicode-casemap.</summary>
public enum SortKey
{
    /// <summary>The internal date.</summary>
    Arrival,

    /// <summary>The local part of the first address of the field; so are From and To.</summary>
    Cc,

    /// <summary>The Date field, in UTC; without one the internal date (RFC 5256 §2.2).</summary>
    Date,
    From,
    Size,

    /// <summary>The base subject (RFC 5256 §2.1).</summary>
    Subject,
    To,

    /// <summary>The name of the first address, else the address itself (RFC 5957 §3); so is the one of To.</summary>
    DisplayFrom,
    DisplayTo,
}

public enum SortDirection
{
    Ascending,
    Descending,
}
