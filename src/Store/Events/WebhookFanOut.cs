using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>Queues new events for the webhooks that are to be told of them, in the transaction that makes the events.</summary>
static class WebhookFanOut
{
    /// <summary>Returns how many were queued.</summary>
    public static async Task<int> AddAsync(NpgsqlConnection connection, IReadOnlyList<MailEvent> events, DateTimeOffset now, CancellationToken cancellation)
    {
        if (events.Count == 0)
        {
            return 0;
        }
        var rows = await connection.QueryAsync<WebhookRow>(new(
            // Locked, so that none is deleted before its rows have come.
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
                insert into webhook_deliveries (delivery_id, webhook_id, event_id, created_at, next_attempt_at)
                select delivery_id, webhook_id, event_id, $1, $1 from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as queued (delivery_id, webhook_id, event_id)
                """,
                now,
                queued.Select(_ => WebhookDeliveryId.New().Value).ToArray(),
                queued.Select(delivery => delivery.Id).ToArray(),
                queued.Select(delivery => delivery.Event.Value).ToArray());
            await command.ExecuteNonQueryAsync(cancellation);
        }
        return queued.Count;
    }
}
