namespace AgentPost.Store.Events;

/// <summary>An event that is sent to a webhook, and the result so far.</summary>
/// <param name="NextAttemptAt">Null if no attempt will follow.</param>
/// <param name="DeliveredAt">Null if not delivered.</param>
public sealed record WebhookDelivery(
    WebhookDeliveryId Id, EventId Event, string Type, DateTimeOffset CreatedAt, int Attempts,
        DateTimeOffset? NextAttemptAt, DateTimeOffset? DeliveredAt)
{
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>HTTP status. Null if there was no response.</summary>
    public int? LastStatus { get; init; }

    public string? LastError { get; init; }

    public TimeSpan? LastDuration { get; init; }
}
