using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Deliveries that one instance sends to a webhook in one request, under a lease.</summary>
/// <param name="Secret">Null if it cannot be decrypted.</param>
/// <param name="IsProbe">True if the webhook is paused. The result decides whether it stays paused.</param>
/// <param name="AcquiredAt">Timestamp of the database's clock.</param>
/// <param name="Deliveries">In event order; at least one.</param>
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

/// <summary>One event of a <see cref="WebhookCall"/>.</summary>
/// <param name="Attempts">Number of earlier attempts.</param>
public sealed record AcquiredDelivery(WebhookDeliveryId Id, int Attempts, MailEvent Event);

/// <summary>The result of one request to a webhook.</summary>
/// <param name="Status">HTTP status. Null if there was no response.</param>
/// <param name="Error">Null if the request succeeded.</param>
public sealed record WebhookAttempt(int? Status, string? Error, TimeSpan Duration)
{
    const int MaxErrorLength = 500;

    /// <summary>One line of text, whatever the receiver sent, because it is stored, logged and displayed.</summary>
    public string? Error { get; } = Error is null ? null : OneLine(Error);

    public bool HasSucceeded => Error is null;

    // Postgres cannot store NUL or an unpaired surrogate.
    static string OneLine(string text) => string.Concat(
        text.EnumerateRunes().Take(MaxErrorLength)
            .Select(rune => System.Text.Rune.IsControl(rune) ? " " : rune.ToString()));
}

/// <summary>The change in a webhook's state that a request caused.</summary>
public enum WebhookTransition
{
    None,

    /// <summary>The webhook failed too often in a row. It is probed from now on.</summary>
    Paused,

    /// <summary>A probe failed.</summary>
    PausedAgain,

    /// <summary>A probe succeeded.</summary>
    Resumed,

    /// <summary>The webhook failed for days.</summary>
    Disabled,
}

/// <summary>The result of recording a request.</summary>
/// <param name="FailingSince">Time of the first failure of the current series. Null if the webhook is healthy.</param>
/// <param name="PausedUntil">Null if it is not paused.</param>
public sealed record SettledCall(
    WebhookTransition Transition, DateTimeOffset? FailingSince, DateTimeOffset? PausedUntil);

/// <summary>An enabled webhook with pending deliveries.</summary>
/// <param name="DueIn">Delay until the next delivery is due. Zero if one is due now.</param>
public sealed record DueWebhook(WebhookId Id, bool IsOrdered, bool IsPaused, TimeSpan DueIn);

/// <summary>A webhook that has started or stopped lagging.</summary>
public sealed record LagChange(WebhookId Webhook, TimeSpan Lag, bool IsLagging);

/// <summary>How far a webhook lags behind.</summary>
/// <param name="Deliveries">Number of pending deliveries, up to <see cref="MaxCounted"/>.</param>
/// <param name="Lag">Age of the oldest pending delivery without an attempt. Zero if there is none.</param>
public sealed record WebhookBacklog(long Deliveries, TimeSpan Lag)
{
    /// <summary>Number at which counting stops.</summary>
    public const int MaxCounted = 100_000;

    public static readonly WebhookBacklog None = new(0, TimeSpan.Zero);
}
