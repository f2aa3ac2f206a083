using AgentPost.Store.Access;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;
using Dapper;

namespace AgentPost.Store.Outbound;

/// <summary>The queue as shown to the operator.</summary>
public sealed class QueueListing
{
    readonly Database _database;
    readonly Writer _writer;
    readonly ChangeNotifier _notifier;
    readonly RowLeases _leases;

    internal QueueListing(Database database, Writer writer, ChangeNotifier notifier, RowLeases leases)
    {
        _database = database;
        _writer = writer;
        _notifier = notifier;
        _leases = leases;
    }

    /// <summary>Lists queued recipients, next attempt first.</summary>
    /// <param name="most">Maximum number of lines.</param>
    public Task<IReadOnlyList<QueueLine>> ListAsync(int most, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<QueueLine>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<QueueRow>(new(
                    """
                    select queue_id as QueueId, address as Inbox, sent_id as SentId, recipient as Recipient, q.created_at as CreatedAt, attempts as Attempts,
                        coalesce(paused_attempt_at, next_attempt_at) as NextAttemptAt, coalesce(leased_until > now(), false) as IsBeingTried, last_error as LastError, last_peer as LastPeer
                    from (select * from queue order by next_attempt_at at time zone 'UTC', queue_id limit @most) q join inboxes using (inbox_id)
                    order by next_attempt_at, queue_id
                    """,
                    new { most },
                    cancellationToken: token))).Select(row => row.ToLine()),
            ],
            cancellation);

    /// <summary>
    /// Counts the recipients that are held while mail for remote destinations is not delivered. Inboxes with a remote
    /// account send through it in every mode.
    /// </summary>
    public Task<long> CountHeldAsync(CancellationToken cancellation) =>
        _database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<long>(new(
                "select count(*) from queue q where destination > '' and (select not has_own_route from inboxes i where i.inbox_id = q.inbox_id)",
                cancellationToken: token)),
            cancellation);

    /// <summary>
    /// Makes recipients due now, except scheduled ones and those with a delivery attempt in progress. Returns their
    /// number.
    /// </summary>
    /// <param name="recipient">Null: all.</param>
    public async Task<int> RetryAsync(QueueId? recipient, CancellationToken cancellation)
    {
        var made = await _database.TransactAsync(
            (connection, token) => connection.ExecuteAsync(new(
                $"""
                update queue set
                    next_attempt_at = case when next_attempt_at < 'infinity' then now() else next_attempt_at end,
                    paused_attempt_at = case when next_attempt_at < 'infinity' then null else now() end
                where (@Id is null or queue_id = @Id) and released_at <= now() and {RowLeases.IsFree()}
                """,
                new { Id = recipient?.Value },
                cancellationToken: token)),
            cancellation);
        _notifier.QueueChanged();
        return made;
    }

    /// <summary>
    /// Drops a queued recipient without a DSN; the message in Sent shows that it failed. Returns false if there is no
    /// such recipient, or if a delivery attempt is in progress.
    /// </summary>
    public async Task<bool> DropAsync(QueueId recipient, CancellationToken cancellation)
    {
        var taken = await _database.WriteAsync(
            async (connection, token) => await connection.QueryFirstOrDefaultAsync<(Guid Inbox, Guid Message, Guid Sent)>(new(
                $"""
                update queue set {_leases.Acquire("@Id")} where queue_id = @Id and {RowLeases.IsFree()}
                returning inbox_id, message_id, sent_id
                """,
                new { Id = recipient.Value },
                cancellationToken: token)),
            cancellation);
        if (taken == default)
        {
            return false;
        }
        var message = new QueuedMessage(new(taken.Inbox), new(taken.Message), new(taken.Sent), "", []) { Lease = recipient.Value };
        var settlement = new Settlement(
            message, [new(recipient, DeliveryEnd.Failed, "5.0.0", "dropped by the operator")], null,
            new Dictionary<string, LocalRecipient>(), null);
        return await _writer.RunAsync(
            message.Inbox,
            async (transaction, token) =>
            {
                await settlement.RunAsync(transaction, token);
                return true;
            },
            cancellation);
    }

    sealed class QueueRow
    {
        public Guid QueueId { get; init; }
        public string Inbox { get; init; } = "";
        public Guid SentId { get; init; }
        public string Recipient { get; init; } = "";
        public DateTime CreatedAt { get; init; }
        public int Attempts { get; init; }
        public DateTime NextAttemptAt { get; init; }
        public bool IsBeingTried { get; init; }
        public string? LastError { get; init; }
        public string? LastPeer { get; init; }

        public QueueLine ToLine() =>
            new(new(QueueId), Inbox, new(SentId), Recipient, CreatedAt, Attempts, NextAttemptAt, IsBeingTried, LastError, LastPeer);
    }
}

/// <param name="Message">The message that Sent shows.</param>
/// <param name="Attempts">Number of failed attempts.</param>
/// <param name="LastPeer">The server of the last attempt.</param>
public sealed record QueueLine(
    QueueId Id,
    string Inbox,
    MessageId Message,
    string Recipient,
    DateTimeOffset CreatedAt,
    int Attempts,
    DateTimeOffset NextAttemptAt,
    bool IsBeingTried,
    string? LastError,
    string? LastPeer);
