using AgentPost.Mime;
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

    const string IsDue = "next_attempt_at <= $1 and (leased_until is null or leased_until < $1)";

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

    /// <summary>The destinations with recipients that may be tried now, the longest due first; the empty one is this server itself.</summary>
    public Task<IReadOnlyList<string>> FindDueAsync(CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<string>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"select destination from queue where {IsDue} group by destination order by min(next_attempt_at)", _time.GetUtcNow());
                await using var reader = await command.ExecuteReaderAsync(token);
                var due = new List<string>();
                while (await reader.ReadAsync(token))
                {
                    due.Add(reader.GetString(0));
                }
                return due;
            },
            cancellation);

    /// <summary>When the next recipient that is not being tried becomes due; null: there is none. In the past, when one is due.</summary>
    /// <param name="onlyHere">Whether only what is for inboxes here counts.</param>
    public Task<DateTimeOffset?> FindNextDueAsync(bool onlyHere, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => await connection.ExecuteScalarAsync<DateTime?>(new(
                "select min(greatest(next_attempt_at, leased_until)) from queue where destination = '' or not @onlyHere", new { onlyHere }, cancellationToken: token)) is { } due ? due : (DateTimeOffset?)null,
            cancellation);

    /// <summary>
    /// Takes the recipients of one message that may be tried now, under a new lease. Null: there is none. The taker settles them, or gives them back, and extends
    /// the lease in time.
    /// </summary>
    /// <param name="destination">Null: every one but this server.</param>
    /// <param name="most">Recipients to take.</param>
    public Task<QueuedMessage?> TakeAsync(string? destination, int most, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                var scope = destination is null ? "destination <> $2" : "destination = $2";
                var (lease, now) = (Guid.CreateVersion7(), _time.GetUtcNow());
                await using var command = connection.Command(
                    $"""
                    with first as (
                        select inbox_id, message_id from queue where {scope} and {IsDue}
                        order by next_attempt_at limit 1 for update skip locked),
                    taken as (
                        select queue_id from queue join first using (inbox_id, message_id) where {scope} and {IsDue}
                        order by queue_id limit $3 for update of queue skip locked)
                    update queue q set lease_id = $4, leased_until = $5 from taken where q.queue_id = taken.queue_id
                    returning q.queue_id, q.inbox_id, q.message_id, q.sent_id, q.reverse_path, q.recipient, q.notify, q.original_recipient, q.attempts,
                        q.delay_told_at, q.is_international, q.trace, q.envelope_id, q.returns_message, q.created_at, q.released_at, q.destination
                    """,
                    now, destination ?? "", most, lease, now + Lease);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await ReadAsync(reader, lease, token);
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
        };
}
