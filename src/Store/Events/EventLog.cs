using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// The events of organizations, in one order that is the same for every reader. A reader that continues from the last
/// position it has read misses nothing.
/// </summary>
public sealed class EventLog
{
    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly TimeSpan _keep;
    readonly TimeProvider _time;

    internal EventLog(Database database, ChangeNotifier notifier, TimeSpan keep, TimeProvider time)
    {
        _database = database;
        _notifier = notifier;
        _keep = keep;
        _time = time;
        notifier.OnEventsChanged(Live.Changed);
    }

    /// <summary>Notifies readers that there may be new events.</summary>
    public LiveEvents Live { get; } = new();

    /// <summary>
    /// Records an organization's changes from now on, for as long as events are kept. Call it while the organization
    /// has consumers, at least once a day.
    /// </summary>
    /// <param name="filter">Filter of a consumer. Session events are recorded only if it asks for them.</param>
    public Task FollowAsync(OrganizationId organization, EventFilter filter, CancellationToken cancellation) =>
        _database.WriteAsync((connection, token) => FollowAsync(connection, organization, filter, token), cancellation);

    internal async Task FollowAsync(
        NpgsqlConnection connection, OrganizationId organization, EventFilter filter, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        await using var command = connection.Command(
            """
            update organizations set events_until = greatest(events_until, $2),
                session_events_until = case when $4 then greatest(session_events_until, $2)
                    else session_events_until end
            where organization_id = $1
                and (events_until is null or events_until < $3 or ($4
                    and (session_events_until is null or session_events_until < $3)))
            """,
            organization.Value, now + _keep, now + (_keep / 2), filter.AsksForSessions);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Returns the position of the organization's last event, or zero if it has none.</summary>
    public Task<long> LastPositionAsync(OrganizationId organization, CancellationToken cancellation) =>
        _database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<long>(new(
                "select coalesce(max(position), 0) from events where organization_id = @Organization", new { Organization = organization.Value }, cancellationToken: token)),
            cancellation);

    /// <summary>
    /// Finds the position of an event of the organization. Returns null if the event does not exist or has been purged.
    /// </summary>
    public Task<long?> FindPositionAsync(OrganizationId organization, EventId id, CancellationToken cancellation) =>
        _database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<long?>(new(
                "select position from events where event_id = @Event and organization_id = @Organization",
                new { Event = id.Value, Organization = organization.Value },
                cancellationToken: token)),
            cancellation);

    /// <summary>Reads the events after a position, in order.</summary>
    public Task<IReadOnlyList<MailEvent>> ReadAsync(OrganizationId organization, long after, int most, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<MailEvent>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select event_id, position, inbox_id, type, occurred_at, data from events
                    where organization_id = $1 and position > $2 order by position limit $3
                    """,
                    organization.Value, after, most);
                await using var reader = await command.ExecuteReaderAsync(token);
                var events = new List<MailEvent>();
                while (await reader.ReadAsync(token))
                {
                    events.Add(new(
                        new(reader.GetGuid(0)),
                        reader.GetInt64(1),
                        organization,
                        reader.IsDBNull(2) ? null : new InboxId(reader.GetGuid(2)),
                        reader.GetString(3),
                        reader.GetDateTime(4),
                        reader.GetString(5)));
                }
                return events;
            },
            cancellation);

    /// <summary>Records session events, for organizations with a consumer that asks for them.</summary>
    public async Task NoteSessionsAsync(IReadOnlyList<SessionChange> changes, CancellationToken cancellation)
    {
        var noted = await _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    insert into event_notes (organization_id, inbox_id, type, occurred_at, amount, detail)
                    select i.organization_id, i.inbox_id, s.type, s.occurred_at, 1, s.detail
                    from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[]) with ordinality as s (inbox_id, type, occurred_at, detail, ordinal)
                    join inboxes i using (inbox_id) join organizations o using (organization_id)
                    where o.session_events_until > $5 order by s.ordinal
                    """,
                    changes.Select(change => change.Inbox.Value).ToArray(),
                    changes.Select(change => change.HasStarted ? EventType.SessionStarted : EventType.SessionEnded).ToArray(),
                    changes.Select(change => change.OccurredAt.ToUniversalTime()).ToArray(),
                    changes.Select(change => change.ToData().ToJson()).ToArray(),
                    _time.GetUtcNow());
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellation);
        if (noted > 0)
        {
            _notifier.EventsNoted();
        }
    }

    /// <summary>Records that sending was rejected, if the rejection has no transaction of its own.</summary>
    internal async Task NoteRejectedAsync(InboxId inbox, IReadOnlyList<string> recipients, string reason, CancellationToken cancellation)
    {
        var noted = await _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    insert into event_notes (organization_id, inbox_id, type, occurred_at, amount, detail)
                    select o.organization_id, i.inbox_id, $2, $3, 1, $4
                    from inboxes i join organizations o using (organization_id) where i.inbox_id = $1 and o.events_until > $3
                    """,
                    inbox.Value, EventType.MessageRejected, _time.GetUtcNow(), new EventData { Recipients = recipients, Reason = reason }.ToJson());
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellation);
        if (noted > 0)
        {
            _notifier.EventsNoted();
        }
    }
}

/// <summary>A mail client logged in or disconnected.</summary>
/// <param name="Session">Identifies the session on its instance.</param>
public sealed record SessionChange(InboxId Inbox, KeyId Key, string Session, string Protocol, string RemoteAddress, bool HasStarted, DateTimeOffset OccurredAt)
{
    internal EventData ToData() => new() { SessionId = Session, Protocol = Protocol, KeyId = Key.ToString(), RemoteAddress = RemoteAddress };
}
