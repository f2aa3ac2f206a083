namespace AgentPost.Store.Model;

/// <summary>
/// Limits for the lists that keys and remote senders can extend. <see cref="long.MaxValue"/>: unlimited. The database
/// counts, so the limits apply across all instances.
/// </summary>
public sealed record ListLimits
{
    /// <summary>Maximum number of inboxes in an organization.</summary>
    public long Inboxes { get; init; } = long.MaxValue;

    /// <summary>Maximum number of folders in an inbox.</summary>
    public long Folders { get; init; } = long.MaxValue;

    /// <summary>Maximum number of subscriptions in an inbox.</summary>
    public long Subscriptions { get; init; } = long.MaxValue;

    /// <summary>Maximum number of messages in Drafts.</summary>
    public long Drafts { get; init; } = long.MaxValue;

    /// <summary>Maximum number of annotations of an inbox and its folders.</summary>
    public long Annotations { get; init; } = long.MaxValue;

    /// <summary>
    /// Maximum number of plus tags in use as keywords in one folder. Counts only tags that senders choose.
    /// </summary>
    public long Tags { get; init; } = long.MaxValue;

    /// <summary>Maximum number of sending rules of an inbox (level inbox).</summary>
    public long RulesPerInbox { get; init; } = long.MaxValue;

    /// <summary>Maximum number of sending rules of an organization (level organization).</summary>
    public long RulesPerOrganization { get; init; } = long.MaxValue;

    /// <summary>Maximum number of active keys created with one key, directly or indirectly.</summary>
    public long KeysPerKey { get; init; } = long.MaxValue;

    /// <summary>Maximum number of active keys in an organization.</summary>
    public long KeysPerOrganization { get; init; } = long.MaxValue;

    /// <summary>Maximum number of webhooks created with one key, directly or through keys that it created.</summary>
    public long WebhooksPerKey { get; init; } = long.MaxValue;

    /// <summary>Maximum number of webhooks in an organization.</summary>
    public long WebhooksPerOrganization { get; init; } = long.MaxValue;

    /// <summary>
    /// Limit for each of three lists, of which the newest items are kept: correspondents of an inbox, Message-IDs that
    /// its mail refers to and that have not arrived, and suppressed addresses of an organization.
    /// </summary>
    public long Remembered { get; init; } = long.MaxValue;
}
