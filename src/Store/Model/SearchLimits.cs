namespace AgentPost.Store.Model;

/// <summary>Limits of searches and of other reads that scan messages.</summary>
public sealed record SearchLimits
{
    /// <summary>Searches of one inbox that run at once; further ones wait.</summary>
    public int PerInbox { get; init; } = 4;

    /// <summary>Time that a search may take, its wait included; infinite for no limit.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);
}
