using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>
/// What webhooks are still to be told, and how it went. Whoever tries a delivery holds it under a lease, which ends by itself when the host dies; any number of hosts
/// may take from it.
/// </summary>
public sealed class WebhookDeliveries
{
    /// <summary>Longer than any attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Attempts in a row that end a webhook.</summary>
    public const int MostFailures = 50;

    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly SecretBox _secrets;
    readonly TimeProvider _time;

    internal WebhookDeliveries(Database database, ChangeNotifier notifier, SecretBox secrets, TimeProvider time)
    {
        _database = database;
        _notifier = notifier;
        _secrets = secrets;
        _time = time;
    }

    /// <summary>Registers who wants to hear, from any host, that something may be due; a hint, the receiver asks. Before first use; the handler neither waits nor throws.</summary>
    public void OnQueued(Action handler) => _notifier.OnWebhooksQueued(handler);

    /// <summary>Takes deliveries that are due, the longest due first.</summary>
    /// <param name="busy">Webhooks that are left alone for now.</param>
    /// <param name="each">Of one webhook at most.</param>
    public Task<IReadOnlyList<TakenWebhookDelivery>> TakeAsync(IReadOnlyCollection<WebhookId> busy, int each, int most, CancellationToken cancellation) =>
        _database.WriteAsync<IReadOnlyList<TakenWebhookDelivery>>(
            async (connection, token) =>
            {
                var (lease, now) = (Guid.CreateVersion7(), _time.GetUtcNow());
                await using var command = connection.Command(
                    """
                    with due as materialized (
                        select q.delivery_id from webhooks w cross join lateral (
                            select delivery_id, next_attempt_at from webhook_deliveries d
                            where d.webhook_id = w.webhook_id and next_attempt_at <= $1 and (leased_until is null or leased_until < $1)
                            order by next_attempt_at limit $5 for update skip locked) q
                        where w.disabled_at is null and w.webhook_id <> all($4)
                        order by q.next_attempt_at limit $6)
                    update webhook_deliveries d set lease_id = $2, leased_until = $3 from due, webhooks w, events e
                    where d.delivery_id = due.delivery_id and w.webhook_id = d.webhook_id and e.event_id = d.event_id
                    returning d.delivery_id, w.webhook_id, w.url, w.secret, d.attempts,
                        e.event_id, e.position, e.organization_id, e.inbox_id, e.type, e.occurred_at, e.data, w.sealed_secret
                    """,
                    now, lease, now + Lease, busy.Select(webhook => webhook.Value).ToArray(), each, most);
                await using var reader = await command.ExecuteReaderAsync(token);
                var taken = new List<TakenWebhookDelivery>();
                while (await reader.ReadAsync(token))
                {
                    var webhook = new WebhookId(reader.GetGuid(1));
                    var secret = WebhookRow.OpenSecret(
                        _secrets,
                        webhook,
                        reader.IsDBNull(3) ? null : reader.GetString(3),
                        reader.IsDBNull(12) ? null : reader.GetFieldValue<byte[]>(12));
                    taken.Add(new(
                        new(reader.GetGuid(0)), lease, webhook, reader.GetString(2), secret, reader.GetInt32(4), ReadEvent(reader)));
                }
                return [.. taken.OrderBy(delivery => delivery.Event.Position)];
            },
            cancellation);

    /// <summary>When the next delivery that is not being tried becomes due; null: there is none. In the past, when one is due.</summary>
    /// <param name="busy">Webhooks that are passed over.</param>
    public Task<DateTimeOffset?> FindNextDueAsync(IReadOnlyCollection<WebhookId> busy, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => await connection.ExecuteScalarAsync<DateTime?>(new(
                """
                select min(greatest(q.next_attempt_at, q.leased_until)) from webhooks w cross join lateral (
                    select next_attempt_at, leased_until from webhook_deliveries d
                    where d.webhook_id = w.webhook_id and next_attempt_at is not null order by next_attempt_at limit 100) q
                where w.disabled_at is null and w.webhook_id <> all(@busy)
                """,
                new { busy = busy.Select(webhook => webhook.Value).ToArray() },
                cancellationToken: token)) is { } due ? due : (DateTimeOffset?)null,
            cancellation);

    /// <summary>
    /// Writes down how an attempt went, unless somebody else has the delivery by now. The webhook is disabled with the last of so many failures in a row.
    /// </summary>
    /// <param name="nextAttemptAt">Of a failed one; null: it is given up.</param>
    public Task SettleAsync(TakenWebhookDelivery taken, WebhookAttempt attempt, DateTimeOffset? nextAttemptAt, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    with settled as (
                        update webhook_deliveries set attempts = attempts + 1, next_attempt_at = $3, lease_id = null, leased_until = null,
                            delivered_at = case when $6 is null then $4 + make_interval(secs => $7 / 1000.0) end, last_attempt_at = $4, last_status = $5, last_error = $6,
                            last_duration_ms = $7
                        where delivery_id = $1 and lease_id = $2 returning webhook_id)
                    update webhooks w set failures = case when $6 is null then 0 else failures + 1 end,
                        disabled_at = case when $6 is not null and failures + 1 >= $8 then coalesce(disabled_at, $4) else disabled_at end,
                        disabled_reason = case when $6 is not null and failures + 1 >= $8
                            then coalesce(disabled_reason, $8 || ' attempts in a row failed; the last: ' || $6) else disabled_reason end
                    from settled where w.webhook_id = settled.webhook_id
                    """);
                NpgsqlParameter[] values =
                [
                    new() { Value = taken.Id.Value },
                    new() { Value = taken.Lease },
                    Typed(NpgsqlTypes.NpgsqlDbType.TimestampTz, attempt.HasSucceeded ? null : nextAttemptAt),
                    new() { Value = attempt.StartedAt },
                    Typed(NpgsqlTypes.NpgsqlDbType.Integer, attempt.Status),
                    Typed(NpgsqlTypes.NpgsqlDbType.Text, attempt.Error),
                    new() { Value = (int)attempt.Duration.TotalMilliseconds },
                    new() { Value = MostFailures },
                ];
                command.Parameters.AddRange(values);
                await command.ExecuteNonQueryAsync(token);
            },
            cancellation);

    /// <summary>Deliveries of a webhook, newest first, from before an id on.</summary>
    /// <param name="before">Null: from the newest.</param>
    public Task<IReadOnlyList<WebhookDelivery>> ListAsync(WebhookId webhook, WebhookDeliveryId? before, int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<WebhookDelivery>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<WebhookDeliveryRow>(new(
                    $"""
                    select {WebhookDeliveryRow.Columns} from webhook_deliveries d join events e using (event_id)
                    where webhook_id = @Webhook and (@Before::uuid is null or delivery_id < @Before) order by delivery_id desc limit @limit
                    """,
                    new { Webhook = webhook.Value, Before = before?.Value, limit },
                    cancellationToken: token))).Select(row => row.ToDelivery()),
            ],
            cancellation);

    /// <summary>Queues the event of a delivery once more; null: there is no such delivery.</summary>
    public async Task<WebhookDelivery?> RepeatAsync(WebhookId webhook, WebhookDeliveryId delivery, CancellationToken cancellation)
    {
        var repeated = await _database.TransactAsync(
            async (connection, token) => (await connection.QuerySingleOrDefaultAsync<WebhookDeliveryRow>(new(
                $"""
                with again as (
                    insert into webhook_deliveries (delivery_id, webhook_id, event_id, created_at, next_attempt_at)
                    select @New, webhook_id, event_id, @Now, @Now from webhook_deliveries where webhook_id = @Webhook and delivery_id = @Delivery
                    returning *)
                select {WebhookDeliveryRow.Columns} from again d join events e using (event_id)
                """,
                new { New = WebhookDeliveryId.New().Value, Webhook = webhook.Value, Delivery = delivery.Value, Now = _time.GetUtcNow() },
                cancellationToken: token)))?.ToDelivery(),
            cancellation);
        if (repeated is not null)
        {
            _notifier.WebhooksQueued();
        }
        return repeated;
    }

    static MailEvent ReadEvent(NpgsqlDataReader reader) => new(
        new(reader.GetGuid(5)),
        reader.GetInt64(6),
        new(reader.GetGuid(7)),
        reader.IsDBNull(8) ? null : new InboxId(reader.GetGuid(8)),
        reader.GetString(9),
        reader.GetDateTime(10),
        reader.GetString(11));

    // What may be null needs its type told: the statement compares it.
    static NpgsqlParameter Typed(NpgsqlTypes.NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}

/// <summary>A row of deliveries as Dapper fills it.</summary>
sealed class WebhookDeliveryRow
{
    /// <summary>Of the tables <c>d</c> and <c>e</c>.</summary>
    public const string Columns =
        """
        d.delivery_id as DeliveryId, event_id as EventId, e.type as Type, d.created_at as CreatedAt, d.attempts as Attempts, d.next_attempt_at as NextAttemptAt,
        d.delivered_at as DeliveredAt, d.last_attempt_at as LastAttemptAt, d.last_status as LastStatus, d.last_error as LastError, d.last_duration_ms as LastDurationMs
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

    public WebhookDelivery ToDelivery() => new(new(DeliveryId), new(EventId), Type, CreatedAt, Attempts, NextAttemptAt, DeliveredAt)
    {
        LastAttemptAt = LastAttemptAt,
        LastStatus = LastStatus,
        LastError = LastError,
        LastDuration = LastDurationMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
    };
}
