using System.Net.Sockets;
using Npgsql;

namespace AgentPost.Store;

/// <summary>
/// The connections to the one database, and the one place where its failures become <see cref="StoreUnavailableException"/>. Work is given a connection
/// for as long as it runs and must leave it as it found it: connections are not reset when they go back (no session settings, no temporary tables).
/// </summary>
sealed class Database(NpgsqlConnectionStringBuilder settings) : IAsyncDisposable
{
    const int Attempts = 3;

    // Every statement names the rows it needs by an index: of an inbox, a folder, a due time. Which plan is right never depends on how many rows there are, so statistics, which
    // come minutes after the mail, must not decide: lookups by index only, joins row by row, one plan for all parameters, planned once. JIT would take the price of a
    // plan without alternative for its cost.
    const string PlannerSql = """
        set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
        set enable_incremental_sort = off; set max_parallel_workers_per_gather = 0
        """;

    readonly NpgsqlDataSource _pool = CreatePool(settings);
    readonly NpgsqlDataSource _unpooled = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false });

    /// <summary>
    /// Runs work that changes nothing. When the connection turns out to be dead (the database was restarted), the work is done again on a fresh one, so it
    /// must be repeatable.
    /// </summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(work, DatabaseFailure.IsWorthReadingAgain, cancellation);

    /// <summary>
    /// Runs work that may commit. After a deadlock or serialization failure, which roll everything back, it is done again, so it must be repeatable up to its
    /// commit. After a lost connection it is not: the commit may have happened.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(work, DatabaseFailure.IsRolledBack, cancellation);

    /// <summary>As the other, for work without a result.</summary>
    public Task WriteAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellation) =>
        WriteAsync(
            async (connection, token) =>
            {
                await work(connection, token);
                return true;
            },
            cancellation);

    /// <summary>A connection outside the pool, to keep for as long as it lives; the caller disposes it.</summary>
    public Task<NpgsqlConnection> OpenLastingAsync(CancellationToken cancellation) => OpenAsync(_unpooled, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _unpooled.DisposeAsync();
    }

    static NpgsqlDataSource CreatePool(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString).UsePhysicalConnectionInitializer(SetPlanner, SetPlannerAsync).Build();

    static void SetPlanner(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(PlannerSql, connection);
        command.ExecuteNonQuery();
    }

    static async Task SetPlannerAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(PlannerSql, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, Func<Exception, bool> isWorthAnother, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await OpenAsync(_pool, cancellation);
            try
            {
                return await work(connection, cancellation);
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
            catch (Exception failure) when (DatabaseFailure.IsUnavailable(failure))
            {
                DropDeadConnections(failure);
                throw Unavailable(failure);
            }
        }
    }

    static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellation)
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

    static StoreUnavailableException Unavailable(Exception failure) => new("The database is not available: " + failure.Message, failure);
}
