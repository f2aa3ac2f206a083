namespace AgentPost.Store;

/// <summary>An address of the web that is told events of an organization.</summary>
/// <param name="Secret"><c>whsec_…</c>: signs webhook deliveries. Null if it cannot be decrypted.</param>
/// <param name="Failures">Attempts in a row that did not succeed.</param>
public sealed record Webhook(WebhookId Id, OrganizationId Organization, string Url, string? Secret, EventFilter Filter, DateTimeOffset CreatedAt, int Failures)
{
    public string? Description { get; init; }

    /// <summary>The key that made it, which it outlives; null: not known.</summary>
    public KeyId? Key { get; init; }

    /// <summary>Null: it is told.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }
}

/// <summary>What a new webhook is to be.</summary>
public sealed record NewWebhook(OrganizationId Organization, string Url, EventFilter Filter)
{
    public string? Description { get; init; }

    /// <summary>The key that makes it.</summary>
    public KeyId? Key { get; init; }
}

/// <summary>What of a webhook is to be otherwise; null stays as it is.</summary>
public sealed record WebhookChange
{
    public string? Url { get; init; }
    public string? Description { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<InboxId>? Inboxes { get; init; }

    /// <summary>The rights of who makes it so.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>True forgets past failures, and what waits is sent.</summary>
    public bool? IsEnabled { get; init; }
}
