using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using Npgsql;

namespace AgentPost.Store.Outbound;

/// <summary>
/// Queued mail: one row for each recipient. A worker that attempts delivery holds a lease on it, which expires if the
/// instance dies. Any number of instances may acquire from the queue.
/// </summary>
public sealed class Queue
{
    /// <summary>
    /// How long a lease lasts if it is not renewed, and so how long mail waits after an instance dies during delivery.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>
    /// True if the inbox <c>i</c> may send: a pause also stops mail that is scheduled or being retried.
    /// </summary>
    internal const string MaySend = """
        i.sending_paused is null and i.sending_paused_by_organization is null and i.sending_paused_by_inbox is null
        and (select o.sending_paused is null from organizations o where o.organization_id = i.organization_id)
        """;

    static readonly string IsDue = $"q.next_attempt_at <= now() and {RowLeases.IsFree("q.")}";

    // Each part finds its first recipient with an index, so later recipients cost nothing and held mail is not read.
    static readonly string DueSql = $"""
        with recursive destinations as (
            (select destination from queue where destination > '' and not $1 order by destination limit 1)
            union all
            select (select q.destination from queue q where q.destination > d.destination order by q.destination limit 1)
            from destinations d where d.destination is not null)
        select inbox_id, destination from (
            (select null::uuid as inbox_id, '' as destination, q.next_attempt_at from queue q
             where q.destination = '' and {IsDue} and (select {MaySend} from inboxes i where i.inbox_id = q.inbox_id)
             order by q.next_attempt_at limit 1)
            union all
            select i.inbox_id, null, first.next_attempt_at from (select * from inboxes where has_own_route offset 0) i cross join lateral (
                select q.next_attempt_at from queue q where uuid_send(q.inbox_id) = uuid_send(i.inbox_id) and q.destination > '' and {IsDue}
                order by q.next_attempt_at limit 1) first
            where {MaySend}
            union all
            select null, d.destination, first.next_attempt_at from destinations d cross join lateral (
                select q.next_attempt_at from queue q
                where q.destination = d.destination and {IsDue} and (select not i.has_own_route and {MaySend} from inboxes i where i.inbox_id = q.inbox_id)
                order by q.next_attempt_at limit 1) first
            where d.destination is not null) due
        order by next_attempt_at
        """;

    const string NextDueSql = $"""
        select extract(epoch from min(at) - now())::float8 from (
            select greatest(q.next_attempt_at, q.leased_until) as at from (select * from queue where lease_id is not null offset 0) q
            where (select (q.destination = '' or i.has_own_route or not $2) and {MaySend} from inboxes i where i.inbox_id = q.inbox_id)
            union all
            (select q.next_attempt_at from queue q
             where q.destination = '' and q.next_attempt_at > $1 and q.next_attempt_at < 'infinity' and q.lease_id is null and (select {MaySend} from inboxes i where i.inbox_id = q.inbox_id)
             order by q.next_attempt_at limit 1)
            union all
            select first.next_attempt_at from (select * from inboxes where has_own_route offset 0) i cross join lateral (
                select q.next_attempt_at from queue q where uuid_send(q.inbox_id) = uuid_send(i.inbox_id) and q.destination > '' and q.next_attempt_at > $1 and q.next_attempt_at < 'infinity' and q.lease_id is null
                order by q.next_attempt_at limit 1) first
            where {MaySend}
            union all
            (select q.next_attempt_at from queue q
             where not $2 and q.next_attempt_at at time zone 'UTC' > $1 at time zone 'UTC'
               and q.next_attempt_at at time zone 'UTC' < 'infinity' and q.destination || '' > '' and q.lease_id is null
               and (select {MaySend} from inboxes i where i.inbox_id = q.inbox_id)
             order by q.next_attempt_at at time zone 'UTC', q.queue_id limit 1)) next
        where at > $1 and at < 'infinity'
        """;

    readonly Database _database;
    readonly ChangeNotifier _notifier;

    internal Queue(Database database, ChangeNotifier notifier)
    {
        _database = database;
        _notifier = notifier;
        Leases = new(database, "queue", Lease);
    }

    /// <summary>
    /// The leases on recipients. One lease covers the recipients of a message that were acquired together.
    /// </summary>
    public RowLeases Leases { get; }

    /// <summary>
    /// Registers a handler that runs when a recipient may be due, on any instance. This is a hint: the handler only
    /// wakes a worker that queries the queue. It must not block or throw. Call this before first use.
    /// </summary>
    public void OnQueued(Action handler) => _notifier.OnQueueChanged(handler);

    /// <summary>
    /// Finds the routes with due recipients, the longest due first: local inboxes, remote destinations, and inboxes
    /// with a remote account.
    /// </summary>
    public Task<IReadOnlyList<QueueScope>> FindDueAsync(RemoteDelivery remote, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<QueueScope>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(DueSql, remote is RemoteDelivery.Held);
                await using var reader = await command.ExecuteReaderAsync(token);
                var due = new List<QueueScope>();
                while (await reader.ReadAsync(token))
                {
                    due.Add(reader.IsDBNull(0) ? QueueScope.To(reader.GetString(1)) : QueueScope.Of(new(reader.GetGuid(0))));
                }
                return due;
            },
            cancellation);

    /// <summary>
    /// Finds the time until the next recipient without a delivery attempt in progress becomes due; negative if it is
    /// overdue. Returns null if there is none.
    /// </summary>
    /// <param name="after">Ignores recipients that were due by then. Uses the database's clock.</param>
    public Task<TimeSpan?> FindNextDueAsync(DateTimeOffset after, RemoteDelivery remote, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(NextDueSql, after.ToUniversalTime(), remote is RemoteDelivery.Held);
                return await command.ExecuteScalarAsync(token) is double seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            },
            cancellation);

    /// <summary>
    /// Acquires a lease on the due recipients of one message, or returns null if none are due. If several have the same
    /// due time, the one queued first comes first. The caller must settle or release them, and renew the lease before
    /// it expires.
    /// </summary>
    /// <param name="most">Maximum number of recipients.</param>
    public Task<QueuedMessage?> TakeAsync(QueueScope scope, int most, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                var lease = Guid.CreateVersion7();
                var isWanted = $"{scope.Rows} and {IsDue} and (select {scope.Senders} and {MaySend} from inboxes i where i.inbox_id = q.inbox_id)";
                await using var command = connection.Command(
                    $"""
                    with first as materialized (
                        select q.inbox_id, q.message_id from queue q where {isWanted} order by {scope.Order} limit 1 for update of q skip locked),
                    taken as materialized (
                        select one.queue_id from first cross join lateral (
                            select q.queue_id from queue q where q.inbox_id = first.inbox_id and q.message_id = first.message_id and {isWanted}
                            order by q.queue_id limit $2 for update of q skip locked) one)
                    update queue q set {Leases.Acquire("$3")} where q.queue_id = any(array(select queue_id from taken))
                    returning q.queue_id, q.inbox_id, q.message_id, q.sent_id, q.reverse_path, q.recipient, q.notify, q.original_recipient, q.attempts,
                        q.delay_told_at, q.is_international, q.trace, q.envelope_id, q.returns_message, q.created_at, q.released_at, q.destination, q.release_request
                    """,
                    scope.Parameter, most, lease);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await ReadAsync(reader, lease, token) is { } taken ? taken with { GoesOwnWay = scope.Inbox is not null } : null;
            },
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

/// <summary>How mail for remote destinations is handled.</summary>
public enum RemoteDelivery
{
    Active,

    /// <summary>It stays in the queue and costs nothing. Inboxes with a remote account still send.</summary>
    Held,
}
