using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>Detects a connection pooler between the store and Postgres that does not keep sessions.</summary>
static class PoolerCheck
{
    const int Rounds = 3;

    /// <summary>
    /// Throws StoreSetupException if a pooler gives each transaction another session: notifications and session
    /// settings would get lost there. A pooler in session mode does no harm.
    /// </summary>
    public static async Task EnsureSessionsAsync(Database database, CancellationToken cancellation)
    {
        // Postgres tells a client the process of its session. A pooler tells it a number of its own.
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
                // It takes the session that was used last, if that is free between two transactions.
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
