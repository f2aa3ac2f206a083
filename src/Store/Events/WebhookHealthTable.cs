using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>Reads and writes the health of webhooks, in the caller's transaction.</summary>
static class WebhookHealthTable
{
    /// <summary>
    /// Applies the result of a request to its webhook. Call it only if the request failed or the webhook was failing.
    /// </summary>
    public static async Task<SettledCall> ApplyAsync(
        NpgsqlConnection connection, WebhookCall call, WebhookAttempt attempt, TimeSpan disableAfter,
            CancellationToken cancellation)
    {
        if (await LockAsync(connection, call.Webhook, cancellation) is not var (now, isDisabled, before))
        {
            return new(WebhookTransition.None, null, null);
        }
        var after = !before.IsAffectedBy(call) || isDisabled ? before
            : attempt.HasSucceeded ? before.AfterSuccess(now)
            : before.AfterFailure(now, call.IsProbe);
        var disables = !isDisabled && after.Failures > before.Failures && after.IsFailingFor(disableAfter, now);
        await WriteAsync(connection, call.Webhook, after, attempt.Error, cancellation);
        if (disables)
        {
            await DisableAsync(connection, call, attempt, after, cancellation);
        }
        if (before.PausedUntil is not null && after.PausedUntil is null)
        {
            await RetryNowAsync(connection, call.Webhook, cancellation);
        }
        var transition = disables ? WebhookTransition.Disabled : TransitionOf(before, after);
        return new(transition, after.FailingSince, after.PausedUntil);
    }

    /// <summary>Makes the failed deliveries of a webhook due.</summary>
    public static async Task RetryNowAsync(
        NpgsqlConnection connection, WebhookId webhook, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            """
            update webhook_deliveries set next_attempt_at = now()
            where webhook_id = $1 and next_attempt_at > now() and attempts > 0
            """,
            webhook.Value);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static WebhookTransition TransitionOf(WebhookHealth before, WebhookHealth after) =>
        after.Pauses == before.Pauses ? WebhookTransition.None
        : after.Pauses == 0 ? WebhookTransition.Resumed
        : before.Pauses == 0 ? WebhookTransition.Paused
        : WebhookTransition.PausedAgain;

    static async Task<(DateTimeOffset Now, bool IsDisabled, WebhookHealth Health)?> LockAsync(
        NpgsqlConnection connection, WebhookId webhook, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            """
            select now(), disabled_at is not null, failures, failing_since, paused_until, pauses, state_since,
                last_error_at
            from webhooks where webhook_id = $1 for no key update
            """,
            webhook.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        return (
            reader.GetDateTime(0),
            reader.GetBoolean(1),
            new(reader.GetInt32(2), TimeAt(3), TimeAt(4), reader.GetInt32(5), TimeAt(6), TimeAt(7)));

        DateTimeOffset? TimeAt(int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);
    }

    static async Task WriteAsync(
        NpgsqlConnection connection, WebhookId webhook, WebhookHealth health, string? error,
            CancellationToken cancellation)
    {
        await using var command = connection.Command(
            """
            update webhooks set failures = $2, failing_since = $3, paused_until = $4, pauses = $5, state_since = $6,
                last_error = coalesce($7, last_error), last_error_at = case when $7::text is null
                    then last_error_at else now() end
            where webhook_id = $1
            """,
            webhook.Value, health.Failures, health.FailingSince, health.PausedUntil, health.Pauses, health.StateSince,
                error);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static async Task DisableAsync(
        NpgsqlConnection connection, WebhookCall call, WebhookAttempt attempt, WebhookHealth health,
            CancellationToken cancellation)
    {
        var reason = $"no request has succeeded since {health.FailingSince:u}; the last: {attempt.Error}";
        await using var command = connection.Command(
            """
            with disabled as (
                update webhooks set disabled_at = now(), disabled_reason = $2
                    where webhook_id = $1 returning organization_id)
            insert into event_notes (organization_id, type, occurred_at, amount, detail)
            select organization_id, $3, now(), 1, $4 from disabled join organizations using (organization_id)
                where events_until > now()
            """,
            call.Webhook.Value,
            reason,
            EventType.WebhookDisabled,
            new EventData { WebhookId = call.Webhook.ToString(), Reason = reason }.ToJson());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
