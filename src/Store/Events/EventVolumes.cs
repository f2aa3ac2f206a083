using System.Text;
using AgentPost.Store.Data;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// The size in bytes of an organization's events and their webhook deliveries, by event time. Approximate: deleted
/// inboxes and webhooks are not subtracted.
/// </summary>
static class EventVolumes
{
    // Overhead of one row, including its share of the indexes.
    const long RowBytes = 250;

    /// <summary>Adds new events, in the transaction that records them.</summary>
    /// <param name="queued">The event of each new webhook delivery.</param>
    public static async Task AddAsync(
        NpgsqlConnection connection, IReadOnlyList<MailEvent> events, IReadOnlyList<EventId> queued,
            CancellationToken cancellation)
    {
        var deliveries = queued.CountBy(id => id).ToDictionary();
        await using var command = connection.Command(
            """
            insert into event_volumes (organization_id, period, bytes)
            select organization_id, date_bin('10 minutes', occurred_at, 'epoch'), sum(bytes)
            from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as event (organization_id, occurred_at, bytes)
            group by 1, 2 order by 1, 2
            on conflict (organization_id, period) do update set bytes = event_volumes.bytes + excluded.bytes
            """,
            events.Select(one => one.Organization.Value).ToArray(),
            events.Select(one => one.OccurredAt).ToArray(),
            events.Select(BytesOf).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);

        long BytesOf(MailEvent one) =>
            Encoding.UTF8.GetByteCount(one.Data) + (RowBytes * (1 + deliveries.GetValueOrDefault(one.Id)));
    }
}
