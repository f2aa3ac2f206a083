using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Dapper;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Events;

/// <summary>
/// Purges expired events, and the oldest events of organizations that exceed their limit, together with the webhook
/// deliveries of those events. Safe to run on several instances at once.
/// </summary>
/// <param name="maxBytes">Limit per organization, in bytes. <see cref="long.MaxValue"/>: unlimited.</param>
sealed class EventRetention(Database database, long maxBytes, ILogger logger)
{
    const int RowsAtOnce = 5_000;

    public async Task PurgeAsync(TimeSpan keep, CancellationToken cancellation)
    {
        var before = await database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<DateTime>(new(
                "select now() - @keep", new { keep }, cancellationToken: token)),
            cancellation);
        while ((await PurgeAsync(null, before, cancellation)).Events == RowsAtOnce)
        {
        }
        await ForgetVolumesAsync(null, before, cancellation);
        if (maxBytes == long.MaxValue)
        {
            return;
        }
        foreach (var (organization, end) in await FindExcessAsync(cancellation))
        {
            await PurgeExcessAsync(organization, end, cancellation);
        }
    }

    async Task PurgeExcessAsync(Guid organization, DateTimeOffset end, CancellationToken cancellation)
    {
        var (events, pending) = (0L, 0L);
        (long Events, long Pending) purged;
        do
        {
            purged = await PurgeAsync(organization, end, cancellation);
            events += purged.Events;
            pending += purged.Pending;
        }
        while (purged.Events == RowsAtOnce);
        await ForgetVolumesAsync(organization, end, cancellation);
        if (events > 0)
        {
            Log.EventsPurgedEarly(logger, events, new OrganizationId(organization), pending);
        }
    }

    /// <summary>
    /// Finds the organizations whose events exceed the limit, and the time before which to purge them. The events of
    /// the current ten minutes are always kept.
    /// </summary>
    Task<List<(Guid Organization, DateTime End)>> FindExcessAsync(CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<(Guid Organization, DateTime End)>(new(
                """
                select organization_id, max(period) + interval '10 minutes' from (
                    select organization_id, period, sum(bytes) over (partition by organization_id
                        order by period desc) as bytes
                    from event_volumes) newer
                where bytes > @maxBytes and period < date_bin('10 minutes', now(), 'epoch') group by organization_id
                """,
                new { maxBytes },
                cancellationToken: token))).AsList(),
            cancellation);

    /// <summary>
    /// Purges a batch of the oldest events. Returns the number of events, and of webhook deliveries that were still
    /// pending.
    /// </summary>
    /// <param name="organization">Null: all organizations.</param>
    Task<(long Events, long Pending)> PurgeAsync(
        Guid? organization, DateTimeOffset before, CancellationToken cancellation) =>
        database.WriteAsync(
            (connection, token) => connection.QuerySingleAsync<(long Events, long Pending)>(new(
                """
                with old as materialized (
                    select event_id from events
                    where occurred_at < @before and (@organization::uuid is null or organization_id = @organization)
                    order by occurred_at limit @limit for update skip locked),
                pending as materialized (
                    select count(*) from old join webhook_deliveries d on d.event_id = old.event_id
                        where d.next_attempt_at is not null),
                purged as (delete from events e using old where e.event_id = old.event_id returning 1)
                select (select count(*) from purged), (select count from pending)
                """,
                new { before, organization, limit = RowsAtOnce },
                cancellationToken: token)),
            cancellation);

    Task<int> ForgetVolumesAsync(Guid? organization, DateTimeOffset before, CancellationToken cancellation) =>
        database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                delete from event_volumes
                where period + interval '10 minutes' <= @before
                    and (@organization::uuid is null or organization_id = @organization)
                """,
                new { before, organization },
                cancellationToken: token)),
            cancellation);
}
