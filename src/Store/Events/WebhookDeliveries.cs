using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// The webhook deliveries: pending ones, and the results of past requests. Any number of instances can send. One
/// instance at a time sends a delivery, under a lease that expires if the instance dies. Due times use the database's
/// clock.
/// </summary>
public sealed class WebhookDeliveries
{
    // Age in seconds of webhook w's oldest pending delivery without an attempt.
    const string LagSql =
        """
        coalesce((
            select extract(epoch from now() - d.created_at) from webhook_deliveries d
            where d.webhook_id = w.webhook_id and next_attempt_at is not null and attempts = 0
                order by position limit 1), 0)::float8
        """;

    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly SecretBox _secrets;

    internal WebhookDeliveries(Database database, ChangeNotifier notifier, SecretBox secrets)
    {
        _database = database;
        _notifier = notifier;
        _secrets = secrets;
    }

    /// <summary>
    /// Registers a handler for the hint that deliveries may be due, sent by any instance. Call before first use. The
    /// handler must not wait or throw.
    /// </summary>
    public void OnQueued(Action handler) => _notifier.OnWebhooksQueued(handler);

    /// <summary>Finds the enabled webhooks with pending deliveries that no instance is sending.</summary>
    public Task<IReadOnlyList<DueWebhook>> FindDueAsync(CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<DueWebhook>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"""
                    select w.webhook_id, w.is_ordered, w.paused_until is not null,
                        greatest(extract(epoch from case when w.paused_until is null then pending.due
                            else w.paused_until end - now()), 0)::float8
                    from webhooks w cross join lateral (
                        select least(
                            (select next_attempt_at from webhook_deliveries
                            where webhook_id = w.webhook_id and next_attempt_at is not null and attempts = 0
                                and {WebhookAcquisition.IsFree}
                            order by position limit 1),
                            (select next_attempt_at from webhook_deliveries
                            where webhook_id = w.webhook_id and next_attempt_at is not null and attempts > 0
                                and {WebhookAcquisition.IsFree}
                            order by next_attempt_at limit 1)) as due) pending
                    where w.disabled_at is null and pending.due is not null
                    """);
                await using var reader = await command.ExecuteReaderAsync(token);
                var due = new List<DueWebhook>();
                while (await reader.ReadAsync(token))
                {
                    due.Add(new(
                        new(reader.GetGuid(0)),
                        reader.GetBoolean(1),
                        reader.GetBoolean(2),
                        TimeSpan.FromSeconds(reader.GetDouble(3))));
                }
                return due;
            },
            cancellation);

    /// <summary>Finds how far webhooks lag behind.</summary>
    public Task<IReadOnlyDictionary<WebhookId, WebhookBacklog>> FindBacklogsAsync(
        IReadOnlyCollection<WebhookId> webhooks, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyDictionary<WebhookId, WebhookBacklog>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"""
                    select w.webhook_id, least($2, fresh.count + failed.count), {LagSql}
                    from unnest($1::uuid[]) as w (webhook_id)
                    cross join lateral (select count(*) from (
                        select from webhook_deliveries d
                        where d.webhook_id = w.webhook_id and next_attempt_at is not null
                            and attempts = 0 limit $2) counted) fresh
                    cross join lateral (select count(*) from (
                        select from webhook_deliveries d
                        where d.webhook_id = w.webhook_id and next_attempt_at is not null
                            and attempts > 0 limit $2) counted) failed
                    """,
                    webhooks.Select(webhook => webhook.Value).ToArray(), WebhookBacklog.MaxCounted);
                await using var reader = await command.ExecuteReaderAsync(token);
                var found = new Dictionary<WebhookId, WebhookBacklog>();
                while (await reader.ReadAsync(token))
                {
                    found.Add(
                        new(reader.GetGuid(0)), new(reader.GetInt64(1), TimeSpan.FromSeconds(reader.GetDouble(2))));
                }
                return found;
            },
            cancellation);

    /// <summary>
    /// Finds the webhooks whose lag exceeded a maximum, or dropped below it, since the last call on any instance.
    /// Ignores paused and disabled webhooks.
    /// </summary>
    public Task<IReadOnlyList<LagChange>> FindLagChangesAsync(TimeSpan max, CancellationToken cancellation) =>
        _database.WriteAsync<IReadOnlyList<LagChange>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"""
                    with seen as materialized (
                        select w.webhook_id, {LagSql} as lag from webhooks w where w.disabled_at is null
                            and w.paused_until is null)
                    update webhooks w set lagging_since = case when seen.lag > $1 then now() end from seen
                    where w.webhook_id = seen.webhook_id and (seen.lag > $1) <> (w.lagging_since is not null)
                    returning w.webhook_id, seen.lag, w.lagging_since is not null
                    """,
                    max.TotalSeconds);
                await using var reader = await command.ExecuteReaderAsync(token);
                var changes = new List<LagChange>();
                while (await reader.ReadAsync(token))
                {
                    changes.Add(
                        new(new(reader.GetGuid(0)), TimeSpan.FromSeconds(reader.GetDouble(1)), reader.GetBoolean(2)));
                }
                return changes;
            },
            cancellation);

    /// <summary>
    /// Acquires due deliveries of a webhook, oldest events first. If the webhook is paused, acquires at most one, as a
    /// probe. The caller must settle each call within one minute, or the deliveries become due again.
    /// </summary>
    /// <param name="calls">Maximum number of calls.</param>
    public Task<IReadOnlyList<WebhookCall>> AcquireAsync(
        DueWebhook webhook, int calls, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => webhook.IsPaused
                ? WebhookAcquisition.AcquireProbeAsync(connection, webhook.Id, webhook.IsOrdered, _secrets, token)
                : WebhookAcquisition.AcquireAsync(connection, webhook.Id, webhook.IsOrdered, calls, _secrets, token),
            cancellation);

    /// <summary>
    /// Records the result of a call, unless its lease was lost. Failed deliveries are retried until their events are
    /// purged.
    /// </summary>
    /// <param name="disableAfter">A webhook that has failed for this long is disabled. Zero: never.</param>
    public async Task<SettledCall> SettleAsync(
        WebhookCall call, WebhookAttempt attempt, TimeSpan disableAfter, CancellationToken cancellation)
    {
        var (isHeld, isFailing) = await _database.WriteAsync(
            (connection, token) => RecordAsync(connection, call, attempt, token), cancellation);
        if (!isHeld || (attempt.HasSucceeded && !isFailing))
        {
            return new(WebhookTransition.None, null, null);
        }
        var settled = await _database.TransactAsync(
            (connection, token) => WebhookHealthTable.ApplyAsync(connection, call, attempt, disableAfter, token),
            cancellation);
        if (settled.Transition is WebhookTransition.Disabled)
        {
            _notifier.EventsNoted();
        }
        return settled;
    }

    /// <summary>Lists the deliveries of a webhook, newest first.</summary>
    /// <param name="before">Returns only deliveries older than this one. Null: all.</param>
    public Task<IReadOnlyList<WebhookDelivery>> ListAsync(
        WebhookId webhook, WebhookDeliveryId? before, int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<WebhookDelivery>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<WebhookDeliveryRow>(new(
                    $"""
                    select {WebhookDeliveryRow.Columns} from webhook_deliveries d join events e using (event_id)
                    where webhook_id = @Webhook and (@Before::uuid is null or delivery_id < @Before)
                        order by delivery_id desc limit @limit
                    """,
                    new { Webhook = webhook.Value, Before = before?.Value, limit },
                    cancellationToken: token))).Select(row => row.ToDelivery()),
            ],
            cancellation);

    /// <summary>
    /// Queues the event of a delivery as a new delivery, and returns that. Returns null if the delivery does not exist.
    /// </summary>
    public async Task<WebhookDelivery?> RepeatAsync(
        WebhookId webhook, WebhookDeliveryId delivery, CancellationToken cancellation)
    {
        var repeated = await _database.WriteAsync(
            async (connection, token) => (await connection.QuerySingleOrDefaultAsync<WebhookDeliveryRow>(new(
                $"""
                with again as (
                    insert into webhook_deliveries (delivery_id, webhook_id, event_id, position, order_group,
                        created_at, next_attempt_at)
                    select @New, d.webhook_id, event_id, e.position, case when w.is_ordered
                        then coalesce(e.inbox_id, e.organization_id) end, now(), now()
                    from webhook_deliveries d join webhooks w using (webhook_id) join events e using (event_id)
                    where d.webhook_id = @Webhook and d.delivery_id = @Delivery
                    returning *)
                select {WebhookDeliveryRow.Columns} from again d join events e using (event_id)
                """,
                new { New = WebhookDeliveryId.New().Value, Webhook = webhook.Value, Delivery = delivery.Value },
                cancellationToken: token)))?.ToDelivery(),
            cancellation);
        if (repeated is not null)
        {
            _notifier.WebhooksQueued();
        }
        return repeated;
    }

    static async Task<(bool IsHeld, bool IsFailing)> RecordAsync(
        NpgsqlConnection connection, WebhookCall call, WebhookAttempt attempt, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            """
            with settled as (
                update webhook_deliveries d set attempts = attempts + 1,
                    next_attempt_at = now() + make_interval(secs => one.delay),
                    lease_id = null, leased_until = null, delivered_at = case when $5 is null then now() end,
                    last_attempt_at = now() - make_interval(secs => $6), last_status = $4, last_error = $5,
                        last_duration_ms = ($6 * 1000)::int
                from unnest($1::uuid[], $2::float8[]) as one (delivery_id, delay)
                where d.delivery_id = one.delivery_id and d.lease_id = $3
                returning d.webhook_id)
            select count(*) > 0, coalesce(bool_or(w.failures > 0), false)
                from settled join webhooks w using (webhook_id)
            """);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new() { Value = call.Deliveries.Select(delivery => delivery.Id.Value).ToArray() },
            new() { Value = call.Deliveries.Select(delivery => DelayOf(delivery, attempt)).ToArray() },
            new() { Value = call.Lease },
            Typed(NpgsqlTypes.NpgsqlDbType.Integer, attempt.Status),
            Typed(NpgsqlTypes.NpgsqlDbType.Text, attempt.Error),
            new() { Value = attempt.Duration.TotalSeconds },
        ]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetBoolean(0), reader.GetBoolean(1));
    }

    static double? DelayOf(AcquiredDelivery delivery, WebhookAttempt attempt) =>
        attempt.HasSucceeded ? null : WebhookSchedule.DelayAfter(delivery.Attempts + 1).TotalSeconds;

    // A parameter that may be null needs an explicit type, because the statement compares it with null.
    static NpgsqlParameter Typed(NpgsqlTypes.NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}

/// <summary>A row of webhook_deliveries, filled by Dapper.</summary>
sealed class WebhookDeliveryRow
{
    /// <summary>Columns of the tables <c>d</c> and <c>e</c>.</summary>
    public const string Columns =
        """
        d.delivery_id as DeliveryId, event_id as EventId, e.type as Type, d.created_at as CreatedAt,
            d.attempts as Attempts, d.next_attempt_at as NextAttemptAt,
        d.delivered_at as DeliveredAt, d.last_attempt_at as LastAttemptAt, d.last_status as LastStatus,
            d.last_error as LastError, d.last_duration_ms as LastDurationMs
        """;

    public Guid DeliveryId { get; init; }
    public Guid EventId { get; init; }
    public string Type { get; init; } = "";
    public DateTime CreatedAt { get; init; }
    public int Attempts { get; init; }
    public DateTime? NextAttemptAt { get; init; }
    public DateTime? DeliveredAt { get; init; }
    public DateTime? LastAttemptAt { get; init; }
    public int? LastStatus { get; init; }
    public string? LastError { get; init; }
    public int? LastDurationMs { get; init; }

    public WebhookDelivery ToDelivery() => new(
        new(DeliveryId), new(EventId), Type, CreatedAt, Attempts, NextAttemptAt, DeliveredAt)
    {
        LastAttemptAt = LastAttemptAt,
        LastStatus = LastStatus,
        LastError = LastError,
        LastDuration = LastDurationMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
    };
}
