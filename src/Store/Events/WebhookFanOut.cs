using AgentPost.Store.Data;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>Queues new events for the webhooks that receive them, in the transaction that creates the events.</summary>
static class WebhookFanOut
{
    /// <summary>Queues the deliveries. Returns the event of each delivery.</summary>
    public static async Task<IReadOnlyList<EventId>> AddAsync(
        NpgsqlConnection connection, IReadOnlyList<MailEvent> events, CancellationToken cancellation)
    {
        if (events.Count == 0)
        {
            return [];
        }
        var rows = await connection.QueryAsync<WebhookRow>(new(
            // Lock the webhooks, so that none is deleted before its deliveries are inserted.
            $"select {WebhookRow.Columns} from webhooks w where organization_id = any(@organizations) and disabled_at is null for key share",
            new { organizations = events.Select(told => told.Organization.Value).Distinct().ToArray() },
            cancellationToken: cancellation));
        var webhooks = rows.ToLookup(row => row.OrganizationId);
        var queued = events
            .SelectMany(told => webhooks[told.Organization.Value]
                .Where(row => row.Filter.Passes(told))
                .Select(row => (Id: row.WebhookId, Event: told.Id)))
            .ToList();
        if (queued.Count > 0)
        {
            await using var command = connection.Command(
                """
                insert into webhook_deliveries (delivery_id, webhook_id, event_id, position, order_group, created_at,
                    next_attempt_at)
                select delivery_id, webhook_id, event_id, e.position,
                    case when w.is_ordered then coalesce(e.inbox_id, e.organization_id) end, now(), now()
                from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as queued (delivery_id, webhook_id, event_id)
                    join events e using (event_id) join webhooks w using (webhook_id)
                """,
                queued.Select(_ => WebhookDeliveryId.New().Value).ToArray(),
                queued.Select(delivery => delivery.Id).ToArray(),
                queued.Select(delivery => delivery.Event.Value).ToArray());
            await command.ExecuteNonQueryAsync(cancellation);
        }
        return [.. queued.Select(delivery => delivery.Event)];
    }
}
