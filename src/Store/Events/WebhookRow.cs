using AgentPost.Store.Data;
using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>A row of webhooks, filled by Dapper.</summary>
sealed class WebhookRow
{
    /// <summary>Columns of the table <c>w</c>.</summary>
    public const string Columns =
        """
        w.webhook_id as WebhookId, w.organization_id as OrganizationId, w.url as Url, w.description as Description,
        w.secret as Secret, w.sealed_secret as SealedSecret, w.event_types as EventTypes,
        w.inbox_ids as InboxIds, w.scopes as Scopes, w.key_id as KeyId, w.created_at as CreatedAt,
            w.failures as Failures, w.disabled_at as DisabledAt, w.disabled_reason as DisabledReason,
        w.failing_since as FailingSince, w.paused_until as PausedUntil, w.last_error as LastError,
            w.last_error_at as LastErrorAt,
        w.is_ordered as IsOrdered, w.batch_size as BatchSize
        """;

    public Guid WebhookId { get; init; }
    public Guid OrganizationId { get; init; }
    public string Url { get; init; } = "";
    public string? Description { get; init; }
    public string? Secret { get; init; }
    public byte[]? SealedSecret { get; init; }
    public string[]? EventTypes { get; init; }
    public Guid[]? InboxIds { get; init; }
    public string[] Scopes { get; init; } = [];
    public Guid? KeyId { get; init; }
    public DateTime CreatedAt { get; init; }
    public int Failures { get; init; }
    public DateTime? DisabledAt { get; init; }
    public string? DisabledReason { get; init; }
    public DateTime? FailingSince { get; init; }
    public DateTime? PausedUntil { get; init; }
    public string? LastError { get; init; }
    public DateTime? LastErrorAt { get; init; }
    public bool IsOrdered { get; init; }
    public int BatchSize { get; init; }

    public EventFilter Filter => new(EventTypes, InboxIds?.Select(inbox => new InboxId(inbox)).ToArray(), Scopes);

    public Webhook ToWebhook(SecretBox secrets) => new(
        new(WebhookId), new(OrganizationId), Url, OpenSecret(secrets, new(WebhookId), Secret, SealedSecret), Filter, CreatedAt, Failures)
    {
        Description = Description,
        Key = KeyId is { } key ? new(key) : null,
        DisabledAt = DisabledAt,
        DisabledReason = DisabledReason,
        FailingSince = FailingSince,
        PausedUntil = PausedUntil,
        LastError = LastError,
        LastErrorAt = LastErrorAt,
        IsOrdered = IsOrdered,
        BatchSize = BatchSize,
    };

    /// <param name="plain">Set in a row that another instance, of an earlier version, has just written.</param>
    public static string? OpenSecret(SecretBox secrets, WebhookId webhook, string? plain, byte[]? sealedSecret) =>
        sealedSecret is null ? plain : secrets.Open(sealedSecret, SecretPlace.OfWebhook(webhook));
}
