using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>
/// The mail that is still to be delivered: a row for each recipient. Whoever tries one holds it under a lease, which ends by itself when the host dies; any
/// number of hosts may take from it.
/// </summary>
public sealed class Queue
{
    /// <summary>How long a lease lasts without being extended: how long mail waits when a host has died over it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    // What an inbox has sent waits while it may not send: a block stops also what is scheduled, or tried again.
    const string MaySend = """
        i.sending_paused is null and i.sending_paused_by_organization is null and i.sending_paused_by_inbox is null
        and not exists (select from organizations o where o.organization_id = i.organization_id and o.sending_paused is not null)
        """;

    const string IsDue = $"q.next_attempt_at <= $1 and (q.leased_until is null or q.leased_until < $1) and {MaySend}";

    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly TimeProvider _time;

    internal Queue(Database database, ChangeNotifier notifier, TimeProvider time)
    {
        _database = database;
        _notifier = notifier;
        _time = time;
    }

    /// <summary>
    /// Registers who wants to hear, from any host, that something may be due; a hint, the receiver asks. Before first use. The handler only takes note: it neither
    /// waits nor throws.
    /// </summary>
    public void OnQueued(Action handler) => _notifier.OnQueueChanged(handler);

    /// <summary>What may be tried now, the longest due first: inboxes here, other destinations, and inboxes with a way of their own.</summary>
    public Task<IReadOnlyList<QueueScope>> FindDueAsync(CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<QueueScope>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"""
                    select case when goes_own_way then inbox_id end, case when not goes_own_way then destination end
                    from queue q join inboxes i using (inbox_id), lateral (select i.has_own_route and destination <> '' as goes_own_way) w
                    where {IsDue} group by 1, 2 order by min(next_attempt_at)
                    """,
                    _time.GetUtcNow());
                await using var reader = await command.ExecuteReaderAsync(token);
                var due = new List<QueueScope>();
                while (await reader.ReadAsync(token))
                {
                    due.Add(reader.IsDBNull(0) ? QueueScope.To(reader.GetString(1)) : QueueScope.Of(new(reader.GetGuid(0))));
                }
                return due;
            },
            cancellation);

    /// <summary>When the next recipient that is not being tried becomes due; null: there is none.</summary>
    /// <param name="after">What has been due by then does not count.</param>
    /// <param name="isHeld">Whether only that counts which goes its way while all else is held: to inboxes here, and from inboxes with a way of their own.</param>
    public Task<DateTimeOffset?> FindNextDueAsync(DateTimeOffset after, bool isHeld, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => await connection.ExecuteScalarAsync<DateTime?>(new(
                $"""
                select min(greatest(next_attempt_at, leased_until)) from queue join inboxes i using (inbox_id)
                where greatest(next_attempt_at, leased_until) > @after and (destination = '' or has_own_route or not @isHeld) and {MaySend}
                """,
                new { after, isHeld },
                cancellationToken: token)) is { } due ? due : (DateTimeOffset?)null,
            cancellation);

    /// <summary>
    /// Takes the recipients of one message that may be tried now, under a new lease. Null: there is none. The taker settles them, or gives them back, and extends
    /// the lease in time.
    /// </summary>
    /// <param name="most">Recipients to take.</param>
    public Task<QueuedMessage?> TakeAsync(QueueScope scope, int most, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                var (lease, now) = (Guid.CreateVersion7(), _time.GetUtcNow());
                await using var command = connection.Command(
                    $"""
                    with first as (
                        select q.inbox_id, q.message_id from queue q join inboxes i using (inbox_id) where {scope.Condition} and {IsDue}
                        order by q.next_attempt_at limit 1 for update of q skip locked),
                    taken as (
                        select q.queue_id from queue q join first using (inbox_id, message_id) join inboxes i using (inbox_id) where {scope.Condition} and {IsDue}
                        order by q.queue_id limit $3 for update of q skip locked)
                    update queue q set lease_id = $4, leased_until = $5 from taken where q.queue_id = taken.queue_id
                    returning q.queue_id, q.inbox_id, q.message_id, q.sent_id, q.reverse_path, q.recipient, q.notify, q.original_recipient, q.attempts,
                        q.delay_told_at, q.is_international, q.trace, q.envelope_id, q.returns_message, q.created_at, q.released_at, q.destination, q.release_request
                    """,
                    now, scope.Parameter, most, lease, now + Lease);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await ReadAsync(reader, lease, token) is { } taken ? taken with { GoesOwnWay = scope.Inbox is not null } : null;
            },
            cancellation);

    /// <summary>Keeps leases for their whole length from now on.</summary>
    public Task ExtendAsync(IReadOnlyCollection<Guid> leases, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                "update queue set leased_until = @until where lease_id = any(@leases)",
                new { leases = leases.ToArray(), until = _time.GetUtcNow() + Lease },
                cancellationToken: token)),
            cancellation);

    /// <summary>Gives back what was taken and not tried, at once.</summary>
    public Task GiveBackAsync(Guid lease, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                "update queue set lease_id = null, leased_until = null where lease_id = @lease", new { lease }, cancellationToken: token)),
            cancellation);

    static async Task<QueuedMessage?> ReadAsync(NpgsqlDataReader reader, Guid lease, CancellationToken cancellation)
    {
        QueuedMessage? message = null;
        var recipients = new List<QueuedRecipient>();
        while (await reader.ReadAsync(cancellation))
        {
            message ??= ReadMessage(reader, lease, recipients);
            recipients.Add(new(
                new(reader.GetGuid(0)),
                reader.GetString(5),
                new(reader.IsDBNull(6) ? null : (NotifyWhen)reader.GetInt32(6), reader.IsDBNull(7) ? null : reader.GetString(7)),
                reader.GetInt32(8),
                reader.IsDBNull(9) ? null : reader.GetDateTime(9)));
        }
        return message;
    }

    static QueuedMessage ReadMessage(NpgsqlDataReader reader, Guid lease, IReadOnlyList<QueuedRecipient> recipients) =>
        new(new(reader.GetGuid(1)), new(reader.GetGuid(2)), new(reader.GetGuid(3)), reader.GetString(4), recipients)
        {
            Lease = lease,
            IsInternational = reader.GetBoolean(10),
            Trace = reader.GetFieldValue<byte[]>(11),
            EnvelopeId = reader.IsDBNull(12) ? null : reader.GetString(12),
            Return = reader.IsDBNull(13) ? null : reader.GetBoolean(13) ? ReturnedContent.Message : ReturnedContent.Header,
            CreatedAt = reader.GetDateTime(14),
            ReleasedAt = reader.GetDateTime(15),
            Destination = reader.GetString(16),
            ReleaseRequest = reader.IsDBNull(17) ? null : reader.GetString(17),
        };
}
