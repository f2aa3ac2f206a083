using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// Acquires leases on deliveries of one webhook and groups the deliveries into requests. Several instances can acquire
/// at the same time: only one holds a given delivery, until its lease expires.
/// </summary>
static class WebhookAcquisition
{
    /// <summary>SQL condition on deliveries: no instance holds a lease.</summary>
    public const string IsFree = "(leased_until is null or leased_until < now())";

    // Longer than the timeout of a request.
    const string Lease = "interval '1 minute'";

    // A delivery that has failed this often may itself be the cause, so others are preferred as probes.
    const int MaxProbes = 6;

    const string Returned =
        """
        returning d.delivery_id, d.attempts, d.order_group, w.webhook_id, w.url, w.secret, w.sealed_secret,
            w.batch_size, now(),
            e.event_id, e.position, e.organization_id, e.inbox_id, e.type, e.occurred_at, e.data
        """;

    // Oldest events first. Failed deliveries are retried before new ones, because they are older.
    const string InAnyOrder =
        $"""
        failed as materialized (
            select delivery_id from webhook_deliveries
            where webhook_id = $1 and next_attempt_at is not null and attempts > 0 and next_attempt_at <= now()
                and {IsFree}
            order by next_attempt_at limit $3 for update skip locked),
        fresh as materialized (
            select delivery_id from webhook_deliveries
            where webhook_id = $1 and next_attempt_at is not null and attempts = 0 and next_attempt_at <= now()
                and {IsFree}
            order by position
            limit ($3 - (select count(*) from failed)) * (select batch_size from webhooks where webhook_id = $1)
            for update skip locked),
        due as (select delivery_id from failed union all select delivery_id from fresh)
        """;

    const string OldestInAnyOrder =
        $"""
        failed as materialized (
            select delivery_id, attempts, position from webhook_deliveries
            where webhook_id = $1 and next_attempt_at is not null and attempts > 0 and {IsFree}
            order by attempts >= $3, position limit 1 for update skip locked),
        fresh as materialized (
            select delivery_id, attempts, position from webhook_deliveries
            where webhook_id = $1 and next_attempt_at is not null and attempts = 0 and {IsFree}
            order by position limit 1 for update skip locked),
        due as (
            select delivery_id from (select * from failed union all select * from fresh) either
            order by attempts >= $3, position limit 1)
        """;

    // One index lookup per group, however many deliveries are pending in it.
    const string Heads =
        """
        heads as (
            (select order_group, delivery_id from webhook_deliveries
            where webhook_id = $1 and next_attempt_at is not null and order_group is not null
            order by order_group, position, delivery_id limit 1)
            union all
            select next.order_group, next.delivery_id from heads h cross join lateral (
                select order_group, delivery_id from webhook_deliveries
                where webhook_id = $1 and next_attempt_at is not null and order_group is not null
                    and order_group > h.order_group
                order by order_group, position, delivery_id limit 1) next)
        """;

    // Only the first pending delivery of each group. If the webhook has batches, also the deliveries that follow it.
    const string InOrder =
        $"""
        {Heads},
        first as materialized (
            select d.delivery_id, d.order_group, d.position, d.attempts
            from heads h join webhook_deliveries d on d.delivery_id = h.delivery_id
            where d.next_attempt_at <= now() and {IsFree}
            order by d.position limit $3 for update of d skip locked),
        following as materialized (
            select next.delivery_id from first f cross join lateral (
                select delivery_id from webhook_deliveries
                where webhook_id = $1 and next_attempt_at is not null and order_group is not null
                    and order_group = f.order_group
                    and (position, delivery_id) > (f.position, f.delivery_id) and {IsFree}
                order by position, delivery_id limit (select batch_size - 1 from webhooks where webhook_id = $1)
                for update skip locked) next
            where f.attempts = 0),
        due as (select delivery_id from first union all select delivery_id from following)
        """;

    const string OldestInOrder =
        $"""
        {Heads},
        due as materialized (
            select d.delivery_id from heads h join webhook_deliveries d on d.delivery_id = h.delivery_id
            where d.next_attempt_at is not null and {IsFree}
            order by d.attempts >= $3, d.position limit 1 for update of d skip locked)
        """;

    /// <summary>Acquires due deliveries of a webhook that is not paused.</summary>
    /// <param name="calls">Maximum number of requests.</param>
    public static Task<IReadOnlyList<WebhookCall>> AcquireAsync(
        NpgsqlConnection connection, WebhookId webhook, bool isOrdered, int calls, SecretBox secrets,
            CancellationToken cancellation) =>
        RunAsync(
            connection,
            $"""
            with recursive {(isOrdered ? InOrder : InAnyOrder)}
            update webhook_deliveries d set lease_id = $2, leased_until = now() + {Lease} from due, webhooks w, events e
            where d.delivery_id = due.delivery_id and w.webhook_id = d.webhook_id and e.event_id = d.event_id
                and w.disabled_at is null and w.paused_until is null
            {Returned}
            """,
            webhook,
            calls,
            isOrdered,
            isProbe: false,
            secrets,
            cancellation);

    /// <summary>
    /// Acquires the oldest delivery of a webhook whose pause has ended, whether the delivery is due or not. No other
    /// instance gets a delivery of this webhook until the result is recorded or the lease expires.
    /// </summary>
    public static Task<IReadOnlyList<WebhookCall>> AcquireProbeAsync(
        NpgsqlConnection connection, WebhookId webhook, bool isOrdered, SecretBox secrets,
            CancellationToken cancellation) =>
        RunAsync(
            connection,
            $"""
            with recursive {(isOrdered ? OldestInOrder : OldestInAnyOrder)},
            w as (
                update webhooks w set paused_until = now() + {Lease} from due
                where w.webhook_id = $1 and w.disabled_at is null and w.paused_until <= now() returning w.*)
            update webhook_deliveries d set lease_id = $2, leased_until = now() + {Lease} from due, w, events e
            where d.delivery_id = due.delivery_id and e.event_id = d.event_id
            {Returned}
            """,
            webhook,
            MaxProbes,
            isOrdered,
            isProbe: true,
            secrets,
            cancellation);

    static async Task<IReadOnlyList<WebhookCall>> RunAsync(
        NpgsqlConnection connection,
        string sql,
        WebhookId webhook,
        int third,
        bool isOrdered,
        bool isProbe,
        SecretBox secrets,
        CancellationToken cancellation)
    {
        var lease = Guid.CreateVersion7();
        await using var command = connection.Command(sql, webhook.Value, lease, third);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AcquiredDelivery Delivery, Guid Group)>();
        WebhookCall? shared = null;
        var batchSize = 1;
        while (await reader.ReadAsync(cancellation))
        {
            if (shared is null)
            {
                batchSize = reader.GetInt32(7);
                shared = ReadCall(reader, webhook, lease, isProbe, secrets) with { IsBatch = batchSize > 1 };
            }
            var delivery = new AcquiredDelivery(new(reader.GetGuid(0)), reader.GetInt32(1), ReadEvent(reader));
            rows.Add((delivery, isOrdered ? reader.GetGuid(2) : Guid.Empty));
        }
        return shared is null
            ? []
            : [.. Requests(rows, isOrdered, batchSize).Select(deliveries => shared with { Deliveries = deliveries })];
    }

    // A failed delivery is retried in a request of its own. Otherwise one event that the receiver rejects would block
    // the other events of its batch.
    static IEnumerable<AcquiredDelivery[]> Requests(
        List<(AcquiredDelivery Delivery, Guid Group)> rows, bool isOrdered, int batchSize)
    {
        var sorted = rows.OrderBy(row => row.Delivery.Event.Position).ThenBy(row => row.Delivery.Id.Value).ToList();
        var requests = isOrdered
            ? sorted.GroupBy(row => row.Group, row => row.Delivery).Select(group => group.ToArray())
            : sorted.Where(row => row.Delivery.Attempts > 0).Select(row => (AcquiredDelivery[])[row.Delivery])
                .Concat(sorted.Where(row => row.Delivery.Attempts == 0).Select(row => row.Delivery).Chunk(batchSize));
        return requests.OrderBy(deliveries => deliveries[0].Event.Position);
    }

    static WebhookCall ReadCall(NpgsqlDataReader reader, WebhookId webhook, Guid lease, bool isProbe, SecretBox secrets)
    {
        var secret = WebhookRow.OpenSecret(
            secrets,
            webhook,
            reader.IsDBNull(5) ? null : reader.GetString(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6));
        return new(webhook, lease, reader.GetString(4), secret, isProbe, reader.GetDateTime(8), []);
    }

    static MailEvent ReadEvent(NpgsqlDataReader reader) => new(
        new(reader.GetGuid(9)),
        reader.GetInt64(10),
        new(reader.GetGuid(11)),
        reader.IsDBNull(12) ? null : new InboxId(reader.GetGuid(12)),
        reader.GetString(13),
        reader.GetDateTime(14),
        reader.GetString(15));
}
