using AgentPost.Mime.Headers;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Inbound;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Remote;

/// <summary>
/// Remote accounts: settings, secrets and poll positions. One instance polls an account at a time, under a lease that
/// expires if the instance dies.
/// </summary>
public sealed class RemoteAccounts
{
    /// <summary>
    /// How long a lease lasts if it is not renewed, and so how long mail waits after an instance dies.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    const string KeepSql = """
        insert into surfaces (
            inbox_id, is_active, watched_from, next_poll_at, from_address, from_name,
            imap_host, imap_port, imap_secure, imap_username, imap_uses_token, imap_password,
            smtp_host, smtp_port, smtp_secure, smtp_username, smtp_uses_token, smtp_password,
            mailbox, poll_interval_minutes)
        values ($1, true, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        on conflict (inbox_id) do update set
            revision = surfaces.revision + 1, is_active = true, next_poll_at = excluded.next_poll_at, lease_id = null, leased_until = null,
            consecutive_errors = 0, last_error = null, last_send_error = null,
            from_address = excluded.from_address, from_name = excluded.from_name,
            imap_port = excluded.imap_port, imap_secure = excluded.imap_secure,
            imap_uses_token = excluded.imap_uses_token, imap_password = excluded.imap_password,
            smtp_host = excluded.smtp_host, smtp_port = excluded.smtp_port, smtp_secure = excluded.smtp_secure,
            smtp_username = excluded.smtp_username, smtp_uses_token = excluded.smtp_uses_token, smtp_password = excluded.smtp_password,
            poll_interval_minutes = excluded.poll_interval_minutes
        """;

    const string IsHeld = "inbox_id = $1 and lease_id = $2 and revision = $3";

    readonly Database _database;
    readonly Writer _writer;
    readonly ChangeNotifier _notifier;
    readonly RemoteAccountTable _table;
    readonly RowLeases _leases;
    readonly TimeProvider _time;

    internal RemoteAccounts(Database database, Writer writer, ChangeNotifier notifier, SecretBox secrets, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _notifier = notifier;
        _table = new(secrets);
        _leases = new(database, "surfaces", Lease);
        _time = time;
    }

    /// <summary>
    /// Stores the settings, starts polling, and routes the inbox's outbound mail, including mail already queued,
    /// through the account. The same account resumes where it stopped, so no mail is missed. From a different account,
    /// existing mail is not fetched. Throws StoreRefusedException: InboxNotFound.
    /// </summary>
    public async Task StartAsync(InboxId inbox, RemoteAccountSettings settings, CancellationToken cancellation)
    {
        await _database.TransactAsync(
            async (connection, token) =>
            {
                if (!await RouteAsync(connection, inbox, hasOwnRoute: true, token))
                {
                    throw StoreRefusals.InboxNotFound();
                }
                await using (var forget = connection.Command(
                    "delete from surfaces where inbox_id = $1 and (imap_host, imap_username, mailbox) is distinct from ($2, $3, $4)",
                    inbox.Value, settings.Imap.Host, settings.Imap.Login.UserName, settings.Mailbox))
                {
                    await forget.ExecuteNonQueryAsync(token);
                }
                await using (var keep = connection.Command(KeepSql, [inbox.Value, _time.GetUtcNow(), .. _table.Values(inbox, settings)]))
                {
                    await keep.ExecuteNonQueryAsync(token);
                }
            },
            cancellation);
        _notifier.QueueChanged();
    }

    /// <summary>
    /// Stops polling and sending through the account; a running poll notices within seconds. Idempotent. Returns false
    /// if the inbox has no account.
    /// </summary>
    public async Task<bool> StopAsync(InboxId inbox, CancellationToken cancellation)
    {
        var isStopped = await _database.TransactAsync(
            async (connection, token) =>
            {
                await RouteAsync(connection, inbox, hasOwnRoute: false, token);
                await using var stop = connection.Command(
                    "update surfaces set is_active = false, is_polling = false, revision = revision + 1, lease_id = null, leased_until = null where inbox_id = $1",
                    inbox.Value);
                var stopped = await stop.ExecuteNonQueryAsync(token);
                return stopped > 0;
            },
            cancellation);
        _notifier.QueueChanged();
        return isStopped;
    }

    /// <summary>Finds the account of an inbox. Returns null if none was ever started.</summary>
    public Task<RemoteAccount?> FindAsync(InboxId inbox, CancellationToken cancellation) =>
        FindAsync("inbox_id = $1", inbox, cancellation);

    /// <summary>Finds the account that an inbox sends through. Returns null if it has none or it is stopped.</summary>
    public Task<RemoteAccount?> FindActiveAsync(InboxId inbox, CancellationToken cancellation) =>
        FindAsync("inbox_id = $1 and is_active", inbox, cancellation);

    /// <summary>Requests a poll that starts after the returned timestamp.</summary>
    public async Task<DateTimeOffset> RequestPollAsync(InboxId inbox, CancellationToken cancellation)
    {
        var requestedAt = await _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    with requested as (
                        update surfaces set poll_requested_at = now(), next_poll_at = now() where inbox_id = $1 and is_active returning 1)
                    select now() from (select count(*) from requested) counted
                    """,
                    inbox.Value);
                return (DateTime)(await command.ExecuteScalarAsync(token))!;
            },
            cancellation);
        return requestedAt;
    }

    /// <summary>
    /// Acquires a lease on an account that is due and that no instance polls. Returns null if there is none.
    /// </summary>
    public Task<(RemoteAccount Account, PollLease Lease)?> AcquireAsync(CancellationToken cancellation) =>
        _database.WriteAsync<(RemoteAccount, PollLease)?>(
            async (connection, token) =>
            {
                var id = Guid.CreateVersion7();
                await using var command = connection.Command(
                    $"""
                    update surfaces set {_leases.Acquire("$1")}
                    where inbox_id = (
                        select inbox_id from surfaces where is_active and coalesce(leased_until, next_poll_at) <= now()
                        order by coalesce(leased_until, next_poll_at) limit 1 for update skip locked)
                    returning {RemoteAccountTable.Columns}
                    """,
                    id);
                await using var reader = await command.ExecuteReaderAsync(token);
                if (!await reader.ReadAsync(token))
                {
                    return null;
                }
                var account = _table.Read(reader);
                return (account, new(account.Inbox, account.Revision, id));
            },
            cancellation);

    /// <summary>
    /// Renews a lease. Returns null if it is lost, otherwise whether a poll was requested since the last one started.
    /// </summary>
    public Task<bool?> RenewAsync(PollLease lease, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"update surfaces set {_leases.Renew} where {IsHeld} returning coalesce(poll_requested_at > last_poll_at, poll_requested_at is not null)",
                    lease.Inbox.Value, lease.Id, lease.Revision);
                return await command.ExecuteScalarAsync(token) as bool?;
            },
            cancellation);

    /// <summary>Records that a poll starts. Returns false if the lease is lost.</summary>
    public Task<bool> NoteBeginAsync(PollLease lease, CancellationToken cancellation) => ExecuteAsync(
        $"update surfaces set is_polling = true, last_poll_at = now() where {IsHeld}",
        [lease.Inbox.Value, lease.Id, lease.Revision],
        cancellation);

    /// <summary>Records the position after a poll. All messages up to it have been stored or skipped.</summary>
    /// <param name="pause">Delay before the next poll.</param>
    /// <param name="warning">Which message was skipped, and why; null if none was.</param>
    public Task<bool> NoteEndAsync(PollLease lease, PollPosition position, TimeSpan pause, string? warning, CancellationToken cancellation) =>
        ExecuteAsync(
            $"""
            update surfaces set
                is_polling = false, consecutive_errors = 0, last_error = $7, uid_validity = $4, last_uid = $5, renumbered_below = $8,
                -- A poll that was requested during this one is due at once.
                next_poll_at = case when poll_requested_at > last_poll_at then poll_requested_at else now() + $6 end
            where {IsHeld}
            """,
            [lease.Inbox.Value, lease.Id, lease.Revision, (long?)position.UidValidity, (long)position.LastUid, pause, warning, (long)position.RenumberedBelow],
            cancellation);

    /// <summary>Records that a poll failed, and releases the lease.</summary>
    /// <param name="pause">Delay before the next poll.</param>
    public Task<bool> NoteFailureAsync(PollLease lease, string error, TimeSpan pause, CancellationToken cancellation) => ExecuteAsync(
        $"""
        update surfaces set is_polling = false, consecutive_errors = consecutive_errors + 1, last_error = $4, next_poll_at = now() + $5, {RowLeases.Release}
        where {IsHeld}
        """,
        [lease.Inbox.Value, lease.Id, lease.Revision, error, pause],
        cancellation);

    /// <summary>Releases a lease until the next poll is due.</summary>
    public Task<bool> ReleaseAsync(PollLease lease, CancellationToken cancellation) => ExecuteAsync(
        $"update surfaces set is_polling = false, {RowLeases.Release} where {IsHeld}",
        [lease.Inbox.Value, lease.Id, lease.Revision],
        cancellation);

    /// <summary>Releases a lease so that another instance can resume immediately.</summary>
    public Task<bool> HandOverAsync(PollLease lease, CancellationToken cancellation) => ExecuteAsync(
        $"update surfaces set is_polling = false, {RowLeases.Release}, next_poll_at = now() where {IsHeld}",
        [lease.Inbox.Value, lease.Id, lease.Revision],
        cancellation);

    /// <summary>Records the result of sending the last message; writes only if it changed.</summary>
    /// <param name="error">Null if the message was accepted for all recipients.</param>
    public Task RecordSendAsync(InboxId inbox, string? error, CancellationToken cancellation) => ExecuteAsync(
        "update surfaces set last_send_error = $2 where inbox_id = $1 and last_send_error is distinct from $2", [inbox.Value, error], cancellation);

    /// <summary>
    /// Stores a fetched message in INBOX and advances the position past it, in one transaction. A message whose bytes
    /// were fetched before is not stored: the remote mailbox was renumbered, the message was moved away and back, or
    /// mail loops between the two accounts. Throws StoreRefusedException: OverQuota, InboxNotFound.
    /// </summary>
    /// <param name="position">With the message's UID as the last.</param>
    /// <param name="message">Completed; the caller disposes it.</param>
    public async Task<FetchResult> StoreAsync(
        PollLease lease, PollPosition position, IncomingMessage message, DateTimeOffset? internalAt, CancellationToken cancellation)
    {
        var digest = System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(await ContentDigest.OfAsync(message, cancellation)));
        return await _writer.RunAsync(
            lease.Inbox,
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

    // The row stays locked until the commit, so a stop or a new lease waits for it and then sees the new position.
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

    // Always lock the inbox before its account, as storing a message does.
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

/// <summary>The result of storing a fetched message.</summary>
public enum FetchResult
{
    Stored,

    /// <summary>The same message was fetched before, under another UID.</summary>
    Duplicate,

    /// <summary>Another instance polls the account, or it was stopped. Nothing was stored.</summary>
    LeaseLost,
}
