using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AgentPost.Store.Model;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// The connections to the one database, and the one place where its failures become <see cref="StoreUnavailableException"/>. Work is given a connection
/// for as long as it runs and must leave it as it found it: connections are not reset when they go back (no session settings, no temporary tables).
/// </summary>
sealed class Database : IAsyncDisposable
{
    const int Attempts = 3;

    // Every statement names the rows it needs by an index: of an inbox, a folder, a due time. Which plan is right never depends on how many rows there are, so statistics, which
    // come minutes after the mail, must not decide: lookups by index only, joins row by row, one plan for all parameters, planned once. JIT would take the price of a
    // plan without alternative for its cost.
    const string PlannerSql = """
        set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
        set enable_incremental_sort = off; set max_parallel_workers_per_gather = 0
        """;

    // Statements that are not searches have at least this long on the server, whatever the limit of searches.
    const int MinStatementSeconds = 60;

    // Whatever the database, the role or the connection string say: a commit that is acknowledged is on disk. How far
    // synchronous standbys are waited for is the operator's choice.
    const string DurableSql = """
        select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'
        """;

    // A commit record that a synchronous standby must confirm: Postgres sends its log in order, so every commit
    // before it is confirmed too. Without such a standby, a commit that other sessions see is on disk.
    const string ConfirmSql = """
        select pg_logical_emit_message(true, 'agentpost', ''::text)
        where current_setting('synchronous_standby_names') <> ''
        """;

    static readonly TimeSpan MaxWriteWait = TimeSpan.FromSeconds(10);

    // A client waits for the reply to its message for minutes. Within this time Postgres restarts after a crash, and
    // a standby is promoted.
    static readonly TimeSpan MaxSettleTime = TimeSpan.FromSeconds(15);
    static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(50);

    readonly NpgsqlDataSource _pool;
    readonly NpgsqlDataSource _unpooled;
    readonly InboxShares _searches;
    readonly InboxShares _writes;
    readonly SearchLimits _limits;
    readonly DatabaseOutage _outage;

    public Database(NpgsqlConnectionStringBuilder settings, SearchLimits limits, ILogger logger, TimeProvider time)
    {
        _limits = limits;
        _outage = new(logger, time);
        _pool = Source(settings, PlannerSql);
        _unpooled = Source(new(settings.ConnectionString) { Pooling = false }, "");
        // A quarter of the pool for searches and half of it for writes: the rest is always free for short reads.
        var size = settings.MaxPoolSize;
        _searches = new(Math.Max(1, size / 4), Math.Max(1, limits.PerInbox));
        _writes = new(Math.Max(1, size / 2), Math.Max(1, size * 2 / 5));
    }

    /// <summary>
    /// Runs work that changes nothing. When the connection turns out to be dead (the database was restarted), the work is done again on a fresh one, so it
    /// must be repeatable.
    /// </summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(_pool, work, DatabaseFailure.IsWorthReadingAgain, cancellation);

    /// <summary>
    /// As <see cref="ReadAsync"/>, for work that scans many messages of an inbox: it waits for its share and runs within a time limit.
    /// Throws StoreRefusedException: SearchTimeout. Statements of the work need no timeout of their own.
    /// </summary>
    public async Task<T> SearchAsync<T>(InboxId inbox, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limits.Timeout);
        try
        {
            using var slot = await _searches.EnterAsync(inbox, limit.Token);
            return await ReadAsync(work, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StoreRefusedException(
                Refusal.SearchTimeout, string.Create(CultureInfo.InvariantCulture, $"The search took longer than {_limits.Timeout.TotalSeconds} seconds."));
        }
    }

    /// <summary>Runs work that may commit, as the overload without an inbox, but waits for the inbox's share before it takes a connection.</summary>
    public async Task<T> WriteAsync<T>(InboxId inbox, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var slot = await EnterWriteAsync(inbox, cancellation);
        return await WriteAsync(work, cancellation);
    }

    /// <summary>
    /// Runs work that may commit. After a deadlock or serialization failure, which roll everything back, it is done again, so it must be repeatable up to its
    /// commit. After a lost connection it is not: the commit may have happened. Work of several statements commits by
    /// <see cref="TransactAsync"/>. When this returns, every synchronous standby has what was committed.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync(_pool, work, cancellation);

    /// <summary>As the other, for work without a result.</summary>
    public Task WriteAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellation) =>
        WriteAsync(
            async (connection, token) =>
            {
                await work(connection, token);
                return true;
            },
            cancellation);

    /// <summary>
    /// Runs work in a transaction of its own, as <see cref="WriteAsync"/>, and commits it. Work that throws changes
    /// nothing. If the reply to the commit is lost, finds out what became of it.
    /// </summary>
    public Task<T> TransactAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var result = await work(connection, token);
                var identity = await TransactionIdentity.FindAsync(connection, token);
                if (identity is null)
                {
                    // What the caller wants is there already, maybe by its first try, whose commit was not confirmed.
                    await ExecuteConfirmAsync(connection, token);
                }
                await CommitAsync(
                    identity,
                    async () =>
                    {
                        await using var commit = connection.Command("commit");
                        await commit.ExecuteNonQueryAsync(CancellationToken.None);
                    });
                return result;
            },
            cancellation);

    /// <summary>As the other, for work without a result.</summary>
    public Task TransactAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellation) =>
        TransactAsync(
            async (connection, token) =>
            {
                await work(connection, token);
                return true;
            },
            cancellation);

    /// <summary>
    /// Sends the commit of work of <see cref="WriteAsync"/>. If the reply is lost, asks the database on another
    /// connection, for as long as that may take. Returns if the transaction is committed; throws otherwise.
    /// </summary>
    /// <param name="transaction">Null: the outcome of a lost reply stays unknown.</param>
    /// <param name="send">Runs statements of which the last is the commit.</param>
    public async Task CommitAsync(TransactionIdentity? transaction, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception lost) when (DatabaseFailure.LeavesInDoubt(lost))
        {
            DropDeadConnections(lost);
            if (!await IsCommittedAsync(transaction ?? throw InDoubt(lost), lost))
            {
                throw;
            }
        }
    }

    /// <summary>
    /// Waits until every synchronous standby has all that this process can see: before a change is acknowledged that
    /// turns out to be there already.
    /// </summary>
    public Task ConfirmAsync(CancellationToken cancellation) => ConfirmAsync(_pool, cancellation);

    /// <summary>Throws StoreUnavailableException if the database does not answer, or takes no changes.</summary>
    public Task EnsureWritableAsync(CancellationToken cancellation) => ReadAsync(
        async (connection, token) =>
        {
            await using var command = connection.Command(
                "select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'");
            await using var reader = await command.ExecuteReaderAsync(token);
            await reader.ReadAsync(token);
            var (isStandby, isReadOnly) = (reader.GetBoolean(0), reader.GetBoolean(1));
            return isStandby ? throw Unavailable(new IOException("The server is a standby, which takes no changes."))
                : isReadOnly ? throw Unavailable(new IOException("The server is set to read-only."))
                : true;
        },
        cancellation);

    /// <summary>A connection outside the pool, to keep for as long as it lives; the caller disposes it.</summary>
    public Task<NpgsqlConnection> OpenLastingAsync(CancellationToken cancellation) => OpenAsync(_unpooled, cancellation);

    NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings, string setUpSql)
    {
        // Npgsql takes this keyword only where it picks the host by itself.
        var target = settings.TargetSessionAttributes;
        settings = new(settings.ConnectionString) { TargetSessionAttributes = null };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            connection => SetUpAsync(connection, setUpSql));
        return DatabaseSettings.HasSeveralHosts(settings)
            ? builder.BuildMultiHost().WithTargetSession(DatabaseSettings.TargetOf(target))
            : builder.Build();
    }

    /// <summary>
    /// Limits statements on the server too: a killed instance cannot cancel its own. Postgres checks for a closed connection only where the operating
    /// system supports it; elsewhere only the timeout applies.
    /// </summary>
    async Task SetUpAsync(NpgsqlConnection connection, string setUpSql)
    {
        var timeout = _limits.Timeout == Timeout.InfiniteTimeSpan ? 0 : Math.Max((long)_limits.Timeout.TotalSeconds + 1, MinStatementSeconds);
        await connection.ExecuteAsync(string.Create(
            CultureInfo.InvariantCulture, $"set statement_timeout = '{timeout}s'; {DurableSql}; {setUpSql}"));
        try
        {
            await connection.ExecuteAsync("set client_connection_check_interval = '1s'");
        }
        catch (PostgresException unsupported) when (unsupported.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _unpooled.DisposeAsync();
    }

    async Task<IDisposable> EnterWriteAsync(InboxId inbox, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MaxWriteWait);
        try
        {
            return await _writes.EnterAsync(inbox, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(new TimeoutException("Too many changes are waiting."));
        }
    }

    async Task<bool> IsCommittedAsync(TransactionIdentity transaction, Exception lost)
    {
        // Not from the pool, whose connections may all be waiting here.
        for (var since = Stopwatch.StartNew(); since.Elapsed < MaxSettleTime; await Task.Delay(SettlePause))
        {
            try
            {
                switch (await RunAsync(_unpooled, transaction.FindOutcomeAsync, _ => false, CancellationToken.None))
                {
                    case TransactionOutcome.Committed:
                        await ConfirmAsync(_unpooled, CancellationToken.None);
                        return true;
                    case TransactionOutcome.RolledBack:
                        return false;
                    case TransactionOutcome.Unknown:
                        throw InDoubt(lost);
                }
            }
            catch (StoreUnavailableException unavailable) when (!unavailable.MayHaveCommitted)
            {
            }
        }
        throw InDoubt(lost);
    }

    Task<int> ConfirmAsync(NpgsqlDataSource source, CancellationToken cancellation) =>
        WriteAsync(source, ExecuteConfirmAsync, cancellation);

    static async Task<int> ExecuteConfirmAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command(ConfirmSql);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    Task<T> WriteAsync<T>(
        NpgsqlDataSource source, Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellation) =>
        RunAsync(
            source,
            async (connection, token) =>
            {
                var isConfirmed = true;
                connection.Notice += (_, told) => isConfirmed &= !DatabaseFailure.IsUnconfirmedCommit(told.Notice);
                var result = await work(connection, token);
                return isConfirmed
                    ? result
                    : throw InDoubt(new TimeoutException("No synchronous standby confirmed a commit in time."));
            },
            DatabaseFailure.IsRolledBack,
            cancellation);

    async Task<T> RunAsync<T>(
        NpgsqlDataSource source, Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        Func<Exception, bool> isWorthAnother, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await OpenAsync(source, cancellation);
            try
            {
                var result = await work(connection, cancellation);
                _outage.Succeeded();
                return result;
            }
            catch (Exception failure) when (attempt < Attempts && isWorthAnother(failure))
            {
                DropDeadConnections(failure);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.CharacterNotInRepertoire)
            {
                // A statement that Npgsql was about to prepare has been parsed but not described: it would be taken for one without rows when it is used again.
                connection.UnprepareAll();
                throw new StoreRefusedException(Refusal.TextInvalid, "Text with NUL cannot be stored.");
            }
            catch (PostgresException refused) when (DatabaseFailure.IsMissingRight(refused))
            {
                throw new StoreSetupException(
                    $"Postgres refuses what AgentPost needs ({refused.MessageText}). "
                    + "Make the user of AGENTPOST_DATABASE the owner of its database.", refused);
            }
            catch (Exception failure) when (DatabaseFailure.IsUnavailable(failure))
            {
                DropDeadConnections(failure);
                throw Unavailable(failure);
            }
        }
    }

    async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellation);
        }
        // Whatever the reason, a wrong password included, it passes when somebody mends it.
        catch (Exception failure) when (failure is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            throw Unavailable(failure);
        }
    }

    // When one connection is dead the others that wait in the pool most likely are too: better to connect anew than to fail once for each.
    void DropDeadConnections(Exception failure)
    {
        if (DatabaseFailure.IsLostConnection(failure))
        {
            _pool.Clear();
        }
    }

    StoreUnavailableException Unavailable(Exception failure)
    {
        _outage.Failed(failure);
        if (failure is PostgresException { SqlState: PostgresErrorCodes.DiskFull })
        {
            return new StoreFullException("The disk of the database is full: " + failure.Message, failure);
        }
        return new("The database is not available: " + failure.Message, failure);
    }

    StoreUnavailableException InDoubt(Exception failure)
    {
        _outage.Failed(failure);
        return new("The database did not confirm a change, which may have been made: " + failure.Message, failure)
        {
            MayHaveCommitted = true,
        };
    }
}
