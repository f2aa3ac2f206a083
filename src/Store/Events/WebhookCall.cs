using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Deliveries that their holder sends to a webhook in one request, under a lease.</summary>
/// <param name="Secret">Null if it cannot be decrypted.</param>
/// <param name="IsProbe">True if the webhook is paused: the result decides whether it stays so.</param>
/// <param name="AcquiredAt">By the database's clock.</param>
/// <param name="Deliveries">In the order of their events, at least one.</param>
public sealed record WebhookCall(
    WebhookId Webhook,
    Guid Lease,
    string Url,
    string? Secret,
    bool IsProbe,
    DateTimeOffset AcquiredAt,
    IReadOnlyList<AcquiredDelivery> Deliveries)
{
    /// <summary>True if the webhook receives its events in batches, even if this one has one event.</summary>
    public bool IsBatch { get; init; }
}

/// <summary>One event of a call.</summary>
/// <param name="Attempts">Number of earlier attempts.</param>
public sealed record AcquiredDelivery(WebhookDeliveryId Id, int Attempts, MailEvent Event);

/// <summary>How one request to a webhook ended.</summary>
/// <param name="Status">HTTP status. Null if there was no response.</param>
/// <param name="Error">Null if it succeeded.</param>
public sealed record WebhookAttempt(int? Status, string? Error, TimeSpan Duration)
{
    const int MaxErrorLength = 500;

    /// <summary>One line of text, whatever the receiver sent: it is stored, logged and shown.</summary>
    public string? Error { get; } = Error is null ? null : OneLine(Error);

    public bool HasSucceeded => Error is null;

    // Postgres stores no NUL and no half of a surrogate pair.
    static string OneLine(string text) => string.Concat(
        text.EnumerateRunes().Take(MaxErrorLength)
            .Select(rune => System.Text.Rune.IsControl(rune) ? " " : rune.ToString()));
}

/// <summary>What a request changed for its webhook.</summary>
public enum WebhookTransition
{
    None,

    /// <summary>It has failed too often in a row: from now on it is probed.</summary>
    Paused,

    /// <summary>A probe failed.</summary>
    PausedAgain,

    /// <summary>A probe succeeded.</summary>
    Resumed,

    /// <summary>It has failed for days.</summary>
    Disabled,
}

/// <summary>The result of recording a request.</summary>
/// <param name="FailingSince">Time of the first failure in a row. Null if the webhook is healthy.</param>
/// <param name="PausedUntil">Null if it is not paused.</param>
public sealed record SettledCall(
    WebhookTransition Transition, DateTimeOffset? FailingSince, DateTimeOffset? PausedUntil);

/// <summary>A webhook that has deliveries to make.</summary>
/// <param name="DueIn">Zero if one is due now.</param>
public sealed record DueWebhook(WebhookId Id, bool IsOrdered, bool IsPaused, TimeSpan DueIn);

/// <summary>A webhook has fallen behind, or has caught up.</summary>
public sealed record LagChange(WebhookId Webhook, TimeSpan Lag, bool IsLagging);

/// <summary>How far a webhook is behind.</summary>
/// <param name="Deliveries">Number of pending deliveries, up to <see cref="MaxCounted"/>.</param>
/// <param name="Lag">Age of the oldest event that was never sent. Zero if there is none.</param>
public sealed record WebhookBacklog(long Deliveries, TimeSpan Lag)
{
    /// <summary>Maximum number of deliveries that are counted.</summary>
    public const int MaxCounted = 100_000;

    public static readonly WebhookBacklog None = new(0, TimeSpan.Zero);
}
