namespace AgentPost.Store.Model;

/// <summary>What one inbox may hold; <see cref="long.MaxValue"/> is unlimited.</summary>
public sealed record InboxCapacity
{
    public long Messages { get; init; } = long.MaxValue;

    public long Octets { get; init; } = long.MaxValue;

    public bool IsUnlimited => this is { Messages: long.MaxValue, Octets: long.MaxValue };

    /// <summary>Whether there is room for more beside what is there.</summary>
    public bool HasRoom(InboxUsage usage, InboxUsage more) =>
        more.Messages <= Messages - usage.Messages && more.Octets <= Octets - usage.Octets;
}
