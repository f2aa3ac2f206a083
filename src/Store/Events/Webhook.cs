using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>A URL that receives events of an organization.</summary>
/// <param name="Secret"><c>whsec_…</c>: signs webhook deliveries. Null if it cannot be decrypted.</param>
/// <param name="Failures">Number of failed requests in a row.</param>
public sealed record Webhook(WebhookId Id, OrganizationId Organization, string Url, string? Secret, EventFilter Filter, DateTimeOffset CreatedAt, int Failures)
{
    public string? Description { get; init; }

    /// <summary>The key that created the webhook, which the webhook outlives. Null if unknown.</summary>
    public KeyId? Key { get; init; }

    /// <summary>Null if the webhook is enabled.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>Time of the first failure of the current series. Null if the last request succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Time of the next probe. Null if the webhook is not paused.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Error of the last failed request. A later success does not clear it.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>True if the events of an inbox are delivered one after another, in order.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>
    /// Maximum number of events per request. If it is above 1, each request contains an array of events.
    /// </summary>
    public int BatchSize { get; init; } = 1;
}

/// <summary>Properties of a new webhook.</summary>
public sealed record NewWebhook(OrganizationId Organization, string Url, EventFilter Filter)
{
    public string? Description { get; init; }

    /// <summary>The key that creates the webhook.</summary>
    public KeyId? Key { get; init; }

    public bool IsOrdered { get; init; }

    /// <summary>From 1 to <see cref="MaxBatchSize"/>.</summary>
    public int BatchSize { get; init; } = 1;

    public const int MaxBatchSize = 50;
}

/// <summary>Changes to a webhook. A property that is null stays unchanged.</summary>
public sealed record WebhookChange
{
    public string? Url { get; init; }
    public string? Description { get; init; }

    /// <summary>Event types to deliver. Empty: all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Inboxes whose events are delivered. Empty: all.</summary>
    public IReadOnlyList<InboxId>? Inboxes { get; init; }

    /// <summary>The scopes of the key that makes the change.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    public bool? IsOrdered { get; init; }

    public int? BatchSize { get; init; }

    /// <summary>True clears past failures and makes pending deliveries due.</summary>
    public bool? IsEnabled { get; init; }
}
