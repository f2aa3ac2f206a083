using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>Identifies a transaction, so that another connection can check whether it was committed.</summary>
/// <param name="Number">The transaction id (xid8).</param>
/// <param name="Server">Changes when the server is promoted or recovers from a crash. Another transaction may then have
/// the same number.</param>
sealed record TransactionIdentity(string Number, string Server)
{
    /// <summary>
    /// SQL for the two values, in a statement that writes. Assigns a number if the transaction has none.
    /// </summary>
    public const string Columns = "pg_current_xact_id()::text, " + ServerSql;

    // The timeline, and the reset time of a statistic that is reset automatically only by crash recovery.
    const string ServerSql = """
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
            || coalesce(extract(epoch from pg_stat_get_bgwriter_stat_reset_time())::text, '')
        """;

    /// <summary>Reads the values of <see cref="Columns"/>.</summary>
    /// <param name="column">Index of the first of the two columns.</param>
    public static TransactionIdentity Read(NpgsqlDataReader reader, int column) =>
        new(reader.GetString(column), reader.GetString(column + 1));

    /// <summary>Identifies the current transaction. Returns null if it has written nothing.</summary>
    public static async Task<TransactionIdentity?> FindAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            $"""
            select x, {ServerSql}
            from (select pg_current_xact_id_if_assigned()::text as x) assigned where x is not null
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader, 0) : null;
    }

    /// <summary>Determines the outcome of the transaction on another connection.</summary>
    public async Task<TransactionOutcome> FindOutcomeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            $"""
            select case when pg_is_in_recovery() then 'in progress'
                when {ServerSql} = $2 then pg_xact_status($1::text::xid8) end
            """,
            Number, Server);
        return await command.ExecuteScalarAsync(cancellation) switch
        {
            "committed" => TransactionOutcome.Committed,
            "aborted" => TransactionOutcome.RolledBack,
            "in progress" => TransactionOutcome.Running,
            _ => TransactionOutcome.Unknown,
        };
    }
}

/// <summary>The outcome of a transaction whose connection was lost.</summary>
enum TransactionOutcome
{
    Committed,

    RolledBack,

    /// <summary>The server has not noticed the lost connection, or the commit is in progress.</summary>
    Running,

    /// <summary>The server was promoted or recovered from a crash. It may or may not have the changes.</summary>
    Unknown,
}
