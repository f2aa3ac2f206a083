namespace AgentPost.Store.Model;

/// <summary>The maximum content of one inbox. <see cref="long.MaxValue"/>: unlimited.</summary>
public sealed record InboxCapacity
{
    public long Messages { get; init; } = long.MaxValue;

    public long Octets { get; init; } = long.MaxValue;

    public bool IsUnlimited => this is { Messages: long.MaxValue, Octets: long.MaxValue };

    /// <summary>True if there is room for additional messages.</summary>
    public bool HasRoom(InboxUsage usage, InboxUsage more) =>
        more.Messages <= Messages - usage.Messages && more.Octets <= Octets - usage.Octets;
}
