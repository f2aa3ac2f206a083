using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>Detects a connection pooler in front of Postgres that does not preserve sessions.</summary>
static class PoolerCheck
{
    const int Rounds = 3;

    /// <summary>
    /// Throws StoreSetupException if a pooler runs each transaction in another session, because notifications and
    /// session settings would be lost. A pooler in session mode is allowed.
    /// </summary>
    public static async Task EnsureSessionsAsync(Database database, CancellationToken cancellation)
    {
        // Postgres reports the process id of the session to its client. A pooler reports a number of its own.
        if (await database.ReadAsync(
            async (connection, token) => await FindProcessAsync(connection, token) == connection.ProcessID,
            cancellation))
        {
            return;
        }
        await using var one = await database.OpenLastingAsync(cancellation);
        await using var other = await database.OpenLastingAsync(cancellation);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                var process = await FindProcessAsync(one, cancellation);
                await using var transaction = await other.BeginTransactionAsync(cancellation);
                // A pooler reuses the session that was used last if it is free between two transactions.
                if (await FindProcessAsync(other, cancellation) == process
                    || await FindProcessAsync(one, cancellation) != process)
                {
                    throw new StoreSetupException(
                        "AGENTPOST_DATABASE leads to a connection pooler in transaction mode, which loses "
                        + "notifications and session settings. Connect to Postgres directly, or set the pooler to session mode "
                        + "(in PgBouncer: pool_mode = session).");
                }
            }
        }
        catch (Exception failure) when (DatabaseFailure.IsUnavailable(failure))
        {
            throw new StoreUnavailableException("The database is not available: " + failure.Message, failure);
        }
    }

    static async Task<int> FindProcessAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command("select pg_backend_pid()");
        return await command.ExecuteScalarAsync(cancellation) is int process ? process : 0;
    }
}
