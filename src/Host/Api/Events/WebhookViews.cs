using AgentPost.Store.Events;

namespace AgentPost.Host.Api.Events;

/// <summary>Properties of a new webhook.</summary>
sealed record WebhookRequest
{
    /// <summary>URL that events are posted to.</summary>
    public string? Url { get; init; }

    public string? Description { get; init; }

    /// <summary>Types or families. If empty, all types that the key can see.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }

    /// <summary>Ids or addresses. If empty, all inboxes that the key has access to.</summary>
    public IReadOnlyList<string>? Inboxes { get; init; }

    /// <summary>
    /// <c>none</c> (default), or <c>inbox</c> to deliver the events of each inbox one after the other.
    /// </summary>
    public WebhookOrdering? Ordering { get; init; }

    /// <summary>From 1 (default) to 50. Above 1, each request contains an array of up to this many events.</summary>
    public int? BatchSize { get; init; }
}

/// <summary>Changes to a webhook. An absent field stays unchanged; an empty list means all.</summary>
sealed record WebhookChangeRequest
{
    public string? Url { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<string>? EventTypes { get; init; }
    public IReadOnlyList<string>? Inboxes { get; init; }
    public bool? Enabled { get; init; }
    public WebhookOrdering? Ordering { get; init; }
    public int? BatchSize { get; init; }
}

/// <summary>Which events of a webhook wait for earlier ones.</summary>
enum WebhookOrdering
{
    /// <summary>No event waits.</summary>
    None,

    /// <summary>Each event waits for the earlier events of its inbox.</summary>
    Inbox,
}

/// <summary>A new webhook with its secret, which cannot be retrieved later.</summary>
sealed record NewWebhookView(WebhookView Webhook, string Secret);

/// <summary>A webhook in API responses.</summary>
/// <param name="EventTypes">Null for all types that the key that created it can see.</param>
/// <param name="InboxIds">Null for all inboxes of the organization.</param>
/// <param name="KeyId">The key that created it. The webhook remains when that key is revoked.</param>
/// <param name="Backlog">Number of events that are not delivered yet, up to 100,000.</param>
/// <param name="LagSeconds">Age in seconds of the oldest of these events that was never sent.</param>
/// <param name="FailuresInARow">Number of consecutive failed requests.</param>
/// <param name="FailingSince">Time of the first of these failures. Null if the last request succeeded.</param>
/// <param name="PausedUntil">After three failures in a row the webhook is paused; then one event at a time is sent,
/// until one succeeds. Null if it is not paused.</param>
/// <param name="LastError">Error of the last failed request. A later success does not clear it.</param>
/// <param name="DisabledReason">Null if the webhook is enabled.</param>
sealed record WebhookView(
    string Id,
    string Url,
    string? Description,
    IReadOnlyList<string>? EventTypes,
    IReadOnlyList<string>? InboxIds,
    WebhookOrdering Ordering,
    int BatchSize,
    bool Enabled,
    long Backlog,
    long LagSeconds,
    int FailuresInARow,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PausedUntil,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    DateTimeOffset? DisabledAt,
    string? DisabledReason,
    string? KeyId,
    DateTimeOffset CreatedAt)
{
    public static WebhookView Of(Webhook webhook, WebhookBacklog backlog) => new(
        webhook.Id.ToString(),
        webhook.Url,
        webhook.Description,
        webhook.Filter.Types,
        webhook.Filter.Inboxes?.Select(inbox => inbox.ToString()).ToList(),
        webhook.IsOrdered ? WebhookOrdering.Inbox : WebhookOrdering.None,
        webhook.BatchSize,
        webhook.DisabledAt is null,
        backlog.Deliveries,
        (long)backlog.Lag.TotalSeconds,
        webhook.Failures,
        webhook.FailingSince,
        webhook.PausedUntil,
        webhook.LastError,
        webhook.LastErrorAt,
        webhook.DisabledAt,
        webhook.DisabledReason,
        webhook.Key?.ToString(),
        webhook.CreatedAt);
}

/// <summary>The result of a webhook test.</summary>
/// <param name="Status">HTTP status. Null if there was no response.</param>
/// <param name="Error">Null if the test succeeded.</param>
sealed record WebhookTestView(bool Success, int? Status, string? Error, long DurationMs);

/// <summary>A webhook delivery in API responses.</summary>
/// <param name="State"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="NextAttemptAt">Null if there will be no further attempt.</param>
/// <param name="LastStatus">HTTP status. Null if there was no response.</param>
sealed record WebhookDeliveryView(
    string Id,
    string EventId,
    string EventType,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? LastAttemptAt,
    int? LastStatus,
    string? LastError,
    long? LastDurationMs)
{
    public static WebhookDeliveryView Of(WebhookDelivery delivery) => new(
        delivery.Id.ToString(),
        delivery.Event.ToString(),
        delivery.Type,
        delivery switch { { DeliveredAt: not null } => "delivered", { NextAttemptAt: null } => "failed", _ => "pending" },
        delivery.Attempts,
        delivery.CreatedAt,
        delivery.NextAttemptAt,
        delivery.DeliveredAt,
        delivery.LastAttemptAt,
        delivery.LastStatus,
        delivery.LastError,
        (long?)delivery.LastDuration?.TotalMilliseconds);
}
