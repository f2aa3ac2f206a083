namespace AgentPost.Store.Sending;

/// <summary>How much may be sent; <see cref="long.MaxValue"/> is unlimited. Counted in the database, so that all hosts agree. What comes in never counts.</summary>
public sealed record SendLimits
{
    /// <summary>Messages that an inbox sends.</summary>
    public long MessagesPerMinute { get; init; } = long.MaxValue;

    public long MessagesPerDay { get; init; } = long.MaxValue;

    /// <summary>Messages that all inboxes of an organization send.</summary>
    public long OrganizationMessagesPerMinute { get; init; } = long.MaxValue;

    public long OrganizationMessagesPerDay { get; init; } = long.MaxValue;

    /// <summary>Recipients that an inbox writes to for the first time.</summary>
    public long FirstTimeRecipientsPerDay { get; init; } = long.MaxValue;

    /// <summary>Replies that an inbox sends in one thread.</summary>
    public long RepliesPerThreadPerHour { get; init; } = long.MaxValue;
}
