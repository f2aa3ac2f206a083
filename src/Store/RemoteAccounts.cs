using AgentPost.Mime;
using Npgsql;

namespace AgentPost.Store;

/// <summary>Accounts elsewhere that inboxes get their mail from and send by. One host polls an account at a time: it holds a lease, which ends by itself when the host dies.</summary>
public sealed class RemoteAccounts
{
    /// <summary>How long a lease lasts without being extended: how long mail waits when a host has died over it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    const string KeepSql = """
        insert into surfaces (
            inbox_id, is_active, watched_from, next_poll_at, from_address, from_name,
            imap_host, imap_port, imap_secure, imap_username, imap_password, smtp_host, smtp_port, smtp_secure, smtp_username, smtp_password,
            mailbox, poll_interval_minutes)
        values ($1, true, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict (inbox_id) do update set
            revision = surfaces.revision + 1, is_active = true, next_poll_at = excluded.next_poll_at, lease_id = null, leased_until = null,
            consecutive_errors = 0, last_error = null,
            from_address = excluded.from_address, from_name = excluded.from_name,
            imap_port = excluded.imap_port, imap_secure = excluded.imap_secure, imap_password = excluded.imap_password,
            smtp_host = excluded.smtp_host, smtp_port = excluded.smtp_port, smtp_secure = excluded.smtp_secure,
            smtp_username = excluded.smtp_username, smtp_password = excluded.smtp_password,
            poll_interval_minutes = excluded.poll_interval_minutes
        """;

    const string IsHeld = "inbox_id = $1 and lease_id = $2 and revision = $3";

    readonly Database _database;
    readonly Writer _writer;
    readonly ChangeNotifier _notifier;
    readonly RemoteAccountTable _table;
    readonly TimeProvider _time;

    internal RemoteAccounts(Database database, Writer writer, ChangeNotifier notifier, SecretBox secrets, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _notifier = notifier;
        _table = new(secrets);
        _time = time;
    }

    /// <summary>
    /// Keeps the settings, begins to poll, and lets the inbox send by the account, from what waits in the queue on. The same account is taken up where it was left, so that
    /// nothing is missed that came in between; of another one, what is there already is left there. Refusal: InboxNotFound.
    /// </summary>
    public async Task StartAsync(InboxId inbox, RemoteAccountSettings settings, CancellationToken cancellation)
    {
        await _database.WriteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                if (!await RouteAsync(connection, inbox, hasOwnRoute: true, token))
                {
                    throw StoreRefusals.InboxNotFound();
                }
                await using (var forget = connection.Command(
                    "delete from surfaces where inbox_id = $1 and (imap_host, imap_username, mailbox) is distinct from ($2, $3, $4)",
                    inbox.Value, settings.Imap.Host, settings.Imap.UserName, settings.Mailbox))
                {
                    await forget.ExecuteNonQueryAsync(token);
                }
                await using (var keep = connection.Command(KeepSql, [inbox.Value, _time.GetUtcNow(), .. _table.Values(inbox, settings)]))
                {
                    await keep.ExecuteNonQueryAsync(token);
                }
                await transaction.CommitAsync(CancellationToken.None);
            },
            cancellation);
        _notifier.QueueChanged();
    }

    /// <summary>Ends polling, and sending by the account; who polls notices within seconds. Stopping twice is no error. False: there is no account.</summary>
    public async Task<bool> StopAsync(InboxId inbox, CancellationToken cancellation)
    {
        var isStopped = await _database.WriteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await RouteAsync(connection, inbox, hasOwnRoute: false, token);
                await using var stop = connection.Command(
                    "update surfaces set is_active = false, is_polling = false, revision = revision + 1, lease_id = null, leased_until = null where inbox_id = $1",
                    inbox.Value);
                var stopped = await stop.ExecuteNonQueryAsync(token);
                await transaction.CommitAsync(CancellationToken.None);
                return stopped > 0;
            },
            cancellation);
        _notifier.QueueChanged();
        return isStopped;
    }

    /// <summary>Null: none was ever started.</summary>
    public Task<RemoteAccount?> FindAsync(InboxId inbox, CancellationToken cancellation) =>
        FindAsync("inbox_id = $1", inbox, cancellation);

    /// <summary>The account that an inbox sends by; null: it has none, or it is stopped.</summary>
    public Task<RemoteAccount?> FindActiveAsync(InboxId inbox, CancellationToken cancellation) =>
        FindAsync("inbox_id = $1 and is_active", inbox, cancellation);

    /// <summary>Asks for a poll that begins after this instant, which is returned.</summary>
    public async Task<DateTimeOffset> RequestPollAsync(InboxId inbox, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        await ExecuteAsync("update surfaces set poll_requested_at = $2, next_poll_at = $2 where inbox_id = $1 and is_active", [inbox.Value, now], cancellation);
        return now;
    }

    /// <summary>Takes an account that is to be polled now and that nobody polls: its time has come, or the host that polled it has died over it. Null: there is none.</summary>
    public Task<(RemoteAccount RemoteAccount, PollLease Lease)?> AcquireAsync(CancellationToken cancellation) =>
        _database.WriteAsync<(RemoteAccount, PollLease)?>(
            async (connection, token) =>
            {
                var (id, now) = (Guid.CreateVersion7(), _time.GetUtcNow());
                await using var command = connection.Command(
                    $"""
                    update surfaces set lease_id = $2, leased_until = $3
                    where inbox_id = (
                        select inbox_id from surfaces where is_active and (leased_until < $1 or (leased_until is null and next_poll_at <= $1))
                        order by next_poll_at limit 1 for update skip locked)
                    returning {RemoteAccountTable.Columns}
                    """,
                    now, id, now + Lease);
                await using var reader = await command.ExecuteReaderAsync(token);
                if (!await reader.ReadAsync(token))
                {
                    return null;
                }
                var account = _table.Read(reader);
                return (account, new(account.Inbox, account.Revision, id));
            },
            cancellation);

    /// <summary>Keeps a lease for its whole length from now on. Null: it is lost. Else whether a poll has been asked for since the last one began.</summary>
    public Task<bool?> RenewAsync(PollLease lease, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"update surfaces set leased_until = $4 where {IsHeld} returning coalesce(poll_requested_at > last_poll_at, poll_requested_at is not null)",
                    lease.Inbox.Value, lease.Id, lease.Revision, _time.GetUtcNow() + Lease);
                return await command.ExecuteScalarAsync(token) as bool?;
            },
            cancellation);

    /// <summary>Notes that a poll begins. False: the lease is lost.</summary>
    public Task<bool> NoteBeginAsync(PollLease lease, CancellationToken cancellation) => ExecuteAsync(
        $"update surfaces set is_polling = true, last_poll_at = $4 where {IsHeld}",
        [lease.Inbox.Value, lease.Id, lease.Revision, _time.GetUtcNow()],
        cancellation);

    /// <summary>Notes where a poll has come to, all messages up to there having been filed or passed over.</summary>
    /// <param name="warning">What was passed over and why; null: nothing.</param>
    public Task<bool> NoteEndAsync(PollLease lease, PollPosition position, DateTimeOffset nextPollAt, string? warning, CancellationToken cancellation) =>
        ExecuteAsync(
            $"""
            update surfaces set is_polling = false, consecutive_errors = 0, last_error = $7, uid_validity = $4, last_uid = $5, next_poll_at = $6, renumbered_below = $8
            where {IsHeld}
            """,
            [lease.Inbox.Value, lease.Id, lease.Revision, (long?)position.UidValidity, (long)position.LastUid, nextPollAt, warning, (long)position.RenumberedBelow],
            cancellation);

    /// <summary>Notes that a poll failed, and gives the lease back.</summary>
    public Task<bool> NoteFailureAsync(PollLease lease, string error, DateTimeOffset nextPollAt, CancellationToken cancellation) => ExecuteAsync(
        $"""
        update surfaces set is_polling = false, consecutive_errors = consecutive_errors + 1, last_error = $4, next_poll_at = $5, lease_id = null, leased_until = null
        where {IsHeld}
        """,
        [lease.Inbox.Value, lease.Id, lease.Revision, error, nextPollAt],
        cancellation);

    /// <summary>Gives a lease back until the next poll is due.</summary>
    public Task<bool> ReleaseAsync(PollLease lease, CancellationToken cancellation) => ExecuteAsync(
        $"update surfaces set is_polling = false, lease_id = null, leased_until = null where {IsHeld}",
        [lease.Inbox.Value, lease.Id, lease.Revision],
        cancellation);

    /// <summary>Gives a lease back before its end, for another host to go on at once.</summary>
    public Task<bool> HandOverAsync(PollLease lease, CancellationToken cancellation) => ExecuteAsync(
        $"update surfaces set is_polling = false, lease_id = null, leased_until = null, next_poll_at = $4 where {IsHeld}",
        [lease.Inbox.Value, lease.Id, lease.Revision, _time.GetUtcNow()],
        cancellation);

    /// <summary>
    /// Files a message of the account into INBOX and notes that all up to it have been looked at: both or neither. One whose octets have come before is not filed: the account
    /// was numbered anew, somebody moved it away and back, or what comes in here goes back there. Refusals: OverQuota, InboxNotFound.
    /// </summary>
    /// <param name="position">With the message's UID as the last.</param>
    /// <param name="message">Completed; the caller disposes it.</param>
    public async Task<FetchResult> StoreAsync(
        PollLease lease, PollPosition position, IncomingMessage message, DateTimeOffset? internalAt, CancellationToken cancellation)
    {
        var digest = System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(await ContentDigest.OfAsync(message, cancellation)));
        return await _writer.RunAsync(
            async (transaction, token) =>
            {
                var isNew = await IsNewAsync(transaction.Connection, lease.Inbox, digest, token);
                var filings = isNew
                    ? await Appends.InsertAsync(transaction, lease.Inbox, [new(message, SystemFlags.None, KeywordSet.Empty, internalAt)], token)
                    : [];
                var inbox = await transaction.LockInboxAsync(lease.Inbox, token);
                if (!await AdvanceAsync(transaction.Connection, lease, position, filings.Count, token))
                {
                    return FetchResult.LeaseLost;
                }
                if (isNew)
                {
                    var author = HeaderAddresses.Of(message.Scan.Header.Span, "From"u8) is [var first, ..] ? first : null;
                    await Arrivals.FileAsync(transaction, inbox, filings[0], author, token);
                    transaction.AtCommit("insert into surface_messages (inbox_id, digest) values ($1, $2) on conflict do nothing", lease.Inbox.Value, digest);
                }
                await transaction.CommitAsync();
                return isNew ? FetchResult.Stored : FetchResult.Duplicate;
            },
            cancellation);
    }

    // The row is locked until the commit: who stops or takes over waits for it, and then sees how far this one came.
    static async Task<bool> AdvanceAsync(NpgsqlConnection connection, PollLease lease, PollPosition position, int filed, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            $"""
            update surfaces set uid_validity = $4, last_uid = $5, renumbered_below = $6, messages_processed = messages_processed + $7 where {IsHeld}
            """,
            lease.Inbox.Value, lease.Id, lease.Revision, (long?)position.UidValidity, (long)position.LastUid, (long)position.RenumberedBelow, filed);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    static async Task<bool> IsNewAsync(NpgsqlConnection connection, InboxId inbox, byte[] digest, CancellationToken cancellation)
    {
        await using var command = connection.Command("select 1 from surface_messages where inbox_id = $1 and digest = $2", inbox.Value, digest);
        return await command.ExecuteScalarAsync(cancellation) is null;
    }

    Task<RemoteAccount?> FindAsync(string condition, InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command($"select {RemoteAccountTable.Columns} from surfaces where {condition}", inbox.Value);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? _table.Read(reader) : null;
            },
            cancellation);

    // First, as whoever files mail has it: the lock of the inbox comes before that of its account.
    static async Task<bool> RouteAsync(NpgsqlConnection connection, InboxId inbox, bool hasOwnRoute, CancellationToken cancellation)
    {
        await using var command = connection.Command("update inboxes set has_own_route = $2 where inbox_id = $1", inbox.Value, hasOwnRoute);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    Task<bool> ExecuteAsync(string sql, object?[] values, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(sql, values);
                return await command.ExecuteNonQueryAsync(token) > 0;
            },
            cancellation);
}

/// <summary>What became of a message of an account elsewhere.</summary>
public enum FetchResult
{
    Stored,

    /// <summary>It has come before, under another number.</summary>
    Duplicate,

    /// <summary>Somebody else polls the account now, or nobody is to: nothing was done.</summary>
    LeaseLost,
}
