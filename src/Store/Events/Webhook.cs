using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>An address of the web that is told events of an organization.</summary>
/// <param name="Secret"><c>whsec_…</c>: signs webhook deliveries. Null if it cannot be decrypted.</param>
/// <param name="Failures">Number of failed requests in a row.</param>
public sealed record Webhook(WebhookId Id, OrganizationId Organization, string Url, string? Secret, EventFilter Filter, DateTimeOffset CreatedAt, int Failures)
{
    public string? Description { get; init; }

    /// <summary>The key that made it, which it outlives; null: not known.</summary>
    public KeyId? Key { get; init; }

    /// <summary>Null: it is told.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>Time of the first failure in a row. Null if the last request succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Time from which the receiver is probed. Null if the webhook is not paused.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Error of the last failed request, which a later success does not clear.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>True if the events of an inbox are delivered one after the other.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Maximum number of events in a request. Above 1, each request has an array of events.</summary>
    public int BatchSize { get; init; } = 1;
}

/// <summary>What a new webhook is to be.</summary>
public sealed record NewWebhook(OrganizationId Organization, string Url, EventFilter Filter)
{
    public string? Description { get; init; }

    /// <summary>The key that makes it.</summary>
    public KeyId? Key { get; init; }

    public bool IsOrdered { get; init; }

    /// <summary>From 1 to <see cref="MaxBatchSize"/>.</summary>
    public int BatchSize { get; init; } = 1;

    public const int MaxBatchSize = 50;
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

    public bool? IsOrdered { get; init; }

    public int? BatchSize { get; init; }

    /// <summary>True forgets past failures, and what waits is sent.</summary>
    public bool? IsEnabled { get; init; }
}
