using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AgentPost.Store.Model;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// The connections to the database. All its failures become <see cref="StoreUnavailableException"/> here. Work receives
/// a connection while it runs and must not change its state (no session settings, no temporary tables), because
/// connections are not reset when they return to the pool.
/// </summary>
sealed class Database : IAsyncDisposable
{
    const int Attempts = 3;

    // Every statement finds its rows through an index: of an inbox, a folder, a due time. The correct plan never
    // depends on the number of rows, so statistics, which are updated minutes after the mail arrives, must not decide.
    // Therefore use index lookups, nested loops, and one generic plan per statement. JIT is off because the planner
    // adds a large penalty to the cost of a disabled plan that has no alternative, and JIT would take that for the real
    // cost.
    const string PlannerSql = """
        set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
        set enable_incremental_sort = off; set max_parallel_workers_per_gather = 0
        """;

    // Minimum timeout on the server for statements that are not searches, whatever the search timeout.
    const int MinStatementSeconds = 60;

    // An acknowledged commit must be on disk, whatever the settings of the database, the role or the connection string.
    // Other levels stay as they are: the operator decides how long to wait for synchronous standbys.
    const string DurableSql = """
        select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'
        """;

    // Writes a commit record that a synchronous standby must confirm. Postgres sends its log in order, so every earlier
    // commit is confirmed too. Without such a standby, a commit that other sessions can see is on disk.
    const string ConfirmSql = """
        select pg_logical_emit_message(true, 'agentpost', ''::text)
        where current_setting('synchronous_standby_names') <> ''
        """;

    static readonly TimeSpan MaxWriteWait = TimeSpan.FromSeconds(10);

    // A client waits minutes for the reply to its message. Within this time Postgres restarts after a crash, or a
    // standby is promoted.
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
        // Searches can use a quarter of the pool, writes half of it. The rest is always free for short reads.
        var size = settings.MaxPoolSize;
        _searches = new(Math.Max(1, size / 4), Math.Max(1, limits.PerInbox));
        _writes = new(Math.Max(1, size / 2), Math.Max(1, size * 2 / 5));
    }

    /// <summary>
    /// Runs work that changes nothing. If the connection is lost (the database was restarted), runs the work again on a
    /// new one, so it must be repeatable.
    /// </summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(_pool, work, DatabaseFailure.IsWorthReadingAgain, cancellation);

    /// <summary>
    /// Same as <see cref="ReadAsync"/>, for work that scans many messages of an inbox. Waits for a slot of the inbox,
    /// and limits the total time. Statements of the work need no timeout. Throws StoreRefusedException: SearchTimeout.
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

    /// <summary>
    /// Same as the overload without an inbox, but waits for a slot of the inbox before it opens a connection.
    /// </summary>
    public async Task<T> WriteAsync<T>(InboxId inbox, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var slot = await EnterWriteAsync(inbox, cancellation);
        return await WriteAsync(work, cancellation);
    }

    /// <summary>
    /// Runs work that may commit. After a deadlock or serialization failure, which roll back everything, it runs the
    /// work again, so the work must be repeatable up to its commit. After a lost connection it does not, because the
    /// commit may have succeeded. Use <see cref="TransactAsync"/> for work with several statements. When this returns,
    /// every synchronous standby has the commit.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync(_pool, work, cancellation);

    /// <summary>Same as the overload with a result.</summary>
    public Task WriteAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellation) =>
        WriteAsync(
            async (connection, token) =>
            {
                await work(connection, token);
                return true;
            },
            cancellation);

    /// <summary>
    /// Runs work in its own transaction, as <see cref="WriteAsync"/> does, and commits it. If the work throws, nothing
    /// changes. If the reply to the commit is lost, determines the outcome.
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
                    // The change that the caller wants exists already, possibly from a first attempt whose commit was
                    // not confirmed.
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

    /// <summary>Same as the overload with a result.</summary>
    public Task TransactAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellation) =>
        TransactAsync(
            async (connection, token) =>
            {
                await work(connection, token);
                return true;
            },
            cancellation);

    /// <summary>
    /// Sends the commit of work of <see cref="WriteAsync"/>. If the reply is lost, queries the outcome on another
    /// connection, for up to 15 seconds. Returns if the transaction is committed; throws otherwise.
    /// </summary>
    /// <param name="transaction">Null: the outcome of a lost reply stays unknown.</param>
    /// <param name="send">Runs statements, the last of which is the commit.</param>
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
    /// Waits until every synchronous standby has everything that this process can see. Call it before acknowledging a
    /// change that turns out to exist already.
    /// </summary>
    public Task ConfirmAsync(CancellationToken cancellation) => ConfirmAsync(_pool, cancellation);

    /// <summary>Throws StoreUnavailableException if the database does not respond or does not accept changes.</summary>
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

    /// <summary>Opens a connection outside the pool, to use for a long time. The caller must dispose it.</summary>
    public Task<NpgsqlConnection> OpenLastingAsync(CancellationToken cancellation) => OpenAsync(_unpooled, cancellation);

    NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings, string setUpSql)
    {
        // Npgsql accepts this keyword only if it selects the host itself.
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
    /// Limits the duration of statements on the server too, because a killed instance cannot cancel its own. Postgres
    /// checks for a closed connection only if the operating system supports that. Otherwise only the timeout applies.
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
        // Do not use the pool: all its connections may be waiting here.
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
                // A statement that Npgsql was preparing has been parsed but not described. If it were reused, Npgsql
                // would assume that it returns no rows.
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
        // Treat every connection error as temporary, even a wrong password: the operator can fix it.
        catch (Exception failure) when (failure is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            throw Unavailable(failure);
        }
    }

    // If one connection is dead, the idle connections in the pool most likely are too. Reconnecting is better than one
    // failure for each of them.
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
