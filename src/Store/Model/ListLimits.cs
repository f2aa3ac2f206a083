namespace AgentPost.Store.Model;

/// <summary>How long the lists may become that keys and strangers can lengthen; <see cref="long.MaxValue"/> is
/// unlimited. Counted in the database, so all instances agree.</summary>
public sealed record ListLimits
{
    /// <summary>Inboxes of an organization.</summary>
    public long Inboxes { get; init; } = long.MaxValue;

    /// <summary>Folders of an inbox.</summary>
    public long Folders { get; init; } = long.MaxValue;

    /// <summary>Subscriptions of an inbox.</summary>
    public long Subscriptions { get; init; } = long.MaxValue;

    /// <summary>Messages in Drafts.</summary>
    public long Drafts { get; init; } = long.MaxValue;

    /// <summary>Annotations of an inbox and its folders.</summary>
    public long Annotations { get; init; } = long.MaxValue;

    /// <summary>Plus tags in use as keywords in one folder, as far as senders choose them.</summary>
    public long Tags { get; init; } = long.MaxValue;

    /// <summary>Sending rules on level inbox, of one inbox.</summary>
    public long RulesPerInbox { get; init; } = long.MaxValue;

    /// <summary>Sending rules on level organization.</summary>
    public long RulesPerOrganization { get; init; } = long.MaxValue;

    /// <summary>Active keys that one key has made, directly or through keys that it made.</summary>
    public long KeysPerKey { get; init; } = long.MaxValue;

    /// <summary>Active keys of an organization.</summary>
    public long KeysPerOrganization { get; init; } = long.MaxValue;

    /// <summary>Webhooks that one key has made, directly or through keys that it made.</summary>
    public long WebhooksPerKey { get; init; } = long.MaxValue;

    /// <summary>Webhooks of an organization.</summary>
    public long WebhooksPerOrganization { get; init; } = long.MaxValue;

    /// <summary>
    /// Correspondents of an inbox, Message-IDs that its mail refers to and that have not arrived, and suppressed
    /// addresses of an organization: of each the newest are kept.
    /// </summary>
    public long Remembered { get; init; } = long.MaxValue;
}
