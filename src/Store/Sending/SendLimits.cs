namespace AgentPost.Store.Sending;

/// <summary>
/// The limits for sending; <see cref="long.MaxValue"/> means unlimited. Counted in the database, so that all instances
/// agree. Inbound mail never counts.
/// </summary>
public sealed record SendLimits
{
    /// <summary>Maximum messages of one inbox per minute.</summary>
    public long MessagesPerMinute { get; init; } = long.MaxValue;

    public long MessagesPerDay { get; init; } = long.MaxValue;

    /// <summary>Maximum messages of all inboxes of an organization per minute.</summary>
    public long OrganizationMessagesPerMinute { get; init; } = long.MaxValue;

    public long OrganizationMessagesPerDay { get; init; } = long.MaxValue;

    /// <summary>Maximum recipients per day to which an inbox sends for the first time.</summary>
    public long FirstTimeRecipientsPerDay { get; init; } = long.MaxValue;

    /// <summary>Maximum replies that an inbox sends in one thread per hour.</summary>
    public long RepliesPerThreadPerHour { get; init; } = long.MaxValue;
}
