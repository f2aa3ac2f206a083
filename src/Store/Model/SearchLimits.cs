namespace AgentPost.Store.Model;

/// <summary>Limits for searches, and for other reads that scan messages.</summary>
public sealed record SearchLimits
{
    /// <summary>Maximum number of concurrent searches in one inbox. Further searches wait.</summary>
    public int PerInbox { get; init; } = 4;

    /// <summary>Maximum duration of a search, including its wait. Infinite: no limit.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);
}
