namespace AgentPost.Store;

/// <summary>How it went with an event that a webhook is told.</summary>
/// <param name="NextAttemptAt">Null: none will follow.</param>
/// <param name="DeliveredAt">Null: not yet, or never.</param>
public sealed record WebhookDelivery(
    WebhookDeliveryId Id, EventId Event, string Type, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? NextAttemptAt, DateTimeOffset? DeliveredAt)
{
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Of HTTP; null: there was no answer.</summary>
    public int? LastStatus { get; init; }

    public string? LastError { get; init; }

    public TimeSpan? LastDuration { get; init; }
}

/// <summary>A delivery that its taker tries now, under a lease.</summary>
/// <param name="Secret">Null if it cannot be decrypted.</param>
/// <param name="Attempts">That were made before.</param>
public sealed record TakenWebhookDelivery(WebhookDeliveryId Id, Guid Lease, WebhookId Webhook, string Url, string? Secret, int Attempts, MailEvent Event);

/// <summary>How one attempt went.</summary>
/// <param name="Status">Of HTTP; null: there was no answer.</param>
/// <param name="Error">Null: it succeeded.</param>
public sealed record WebhookAttempt(int? Status, string? Error, DateTimeOffset StartedAt, TimeSpan Duration)
{
    public bool HasSucceeded => Error is null;
}
