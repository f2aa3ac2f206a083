using System.Net.Sockets;
using Npgsql;

namespace AgentPost.Store;

/// <summary>
/// The connections to the one database, and the one place where its failures become <see cref="StoreUnavailableException"/>. Work is given a connection
/// for as long as it runs and must leave it as it found it: connections are not reset when they go back (no session settings, no temporary tables).
/// </summary>
sealed class Database(NpgsqlDataSource source) : IAsyncDisposable
{
    const int Attempts = 3;

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

    /// <summary>A connection for long use, such as listening; the caller disposes it.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellation);
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException)
        {
            throw Unavailable(failure);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, Func<Exception, bool> isWorthAnother, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await OpenAsync(cancellation);
            try
            {
                return await work(connection, cancellation);
            }
            catch (Exception failure) when (attempt < Attempts && isWorthAnother(failure))
            {
                DropDeadConnections(failure);
            }
            catch (Exception failure) when (DatabaseFailure.IsUnavailable(failure))
            {
                DropDeadConnections(failure);
                throw Unavailable(failure);
            }
        }
    }

    // When one connection is dead the others that wait in the pool most likely are too: better to connect anew than to fail once for each.
    void DropDeadConnections(Exception failure)
    {
        if (DatabaseFailure.IsLostConnection(failure))
        {
            source.Clear();
        }
    }

    static StoreUnavailableException Unavailable(Exception failure) => new("The database is not available: " + failure.Message, failure);
}
