using AgentPost.Store.Events;

namespace AgentPost.Host.Api.Events;

/// <summary>What a new webhook is to be.</summary>
sealed record WebhookRequest
{
    /// <summary>Where events are posted to.</summary>
    public string? Url { get; init; }

    public string? Description { get; init; }

    /// <summary>Types or families; none: all that the key may see.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }

    /// <summary>Ids or addresses; none: all that the key opens.</summary>
    public IReadOnlyList<string>? Inboxes { get; init; }

    /// <summary><c>none</c> (default), or <c>inbox</c>: the events of an inbox are delivered one after the
    /// other.</summary>
    public WebhookOrdering? Ordering { get; init; }

    /// <summary>From 1 (default) to 50. Above 1, each request has an array of up to so many events.</summary>
    public int? BatchSize { get; init; }
}

/// <summary>What of a webhook is to change; what is absent stays, and an empty list means all.</summary>
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

/// <summary>Which events of a webhook wait for others.</summary>
enum WebhookOrdering
{
    /// <summary>None do.</summary>
    None,

    /// <summary>Each waits for the earlier ones of its inbox.</summary>
    Inbox,
}

/// <summary>A new webhook with its secret, which is never to be had again.</summary>
sealed record NewWebhookView(WebhookView Webhook, string Secret);

/// <summary>A webhook as the API shows it.</summary>
/// <param name="EventTypes">Null: all that the key that made it may see.</param>
/// <param name="InboxIds">Null: all inboxes of the organization.</param>
/// <param name="KeyId">The key that made it. The webhook stays when that key is revoked.</param>
/// <param name="Backlog">Number of events that are still to be delivered, up to 100,000.</param>
/// <param name="LagSeconds">Age of the oldest of them that was never sent.</param>
/// <param name="FailuresInARow">Number of failed requests in a row.</param>
/// <param name="FailingSince">Time of the first of them. Null if the last request succeeded.</param>
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

/// <summary>How a test went.</summary>
/// <param name="Status">Of HTTP; null: there was no answer.</param>
/// <param name="Error">Null: it went well.</param>
sealed record WebhookTestView(bool Success, int? Status, string? Error, long DurationMs);

/// <summary>What a webhook was told, or is to be told.</summary>
/// <param name="State"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="NextAttemptAt">Null: none will follow.</param>
/// <param name="LastStatus">Of HTTP; null: there was no answer.</param>
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
