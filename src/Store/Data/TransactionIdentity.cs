using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// Identifies a transaction, so that another connection can find out whether it was committed.
/// </summary>
/// <param name="Number">The transaction id (xid8).</param>
/// <param name="Server">
/// Changes when the server is promoted or recovers from a crash: then another transaction may have the number.
/// </param>
sealed record TransactionIdentity(string Number, string Server)
{
    /// <summary>
    /// The two values, for a statement that writes. Assigns the number if the transaction has none.
    /// </summary>
    public const string Columns = "pg_current_xact_id()::text, " + ServerSql;

    // The timeline, and the time of a statistic that only recovery from a crash resets by itself.
    const string ServerSql = """
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
            || coalesce(extract(epoch from pg_stat_get_bgwriter_stat_reset_time())::text, '')
        """;

    /// <summary>Reads the values of <see cref="Columns"/>.</summary>
    /// <param name="column">Of the first of them.</param>
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

    /// <summary>Finds out on another connection what became of the transaction.</summary>
    public async Task<TransactionOutcome> FindOutcomeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            $"select case when {ServerSql} = $2 then pg_xact_status($1::text::xid8) end", Number, Server);
        return await command.ExecuteScalarAsync(cancellation) switch
        {
            "committed" => TransactionOutcome.Committed,
            "aborted" => TransactionOutcome.RolledBack,
            "in progress" => TransactionOutcome.Running,
            _ => TransactionOutcome.Unknown,
        };
    }
}

/// <summary>What became of a transaction whose connection was lost.</summary>
enum TransactionOutcome
{
    Committed,

    RolledBack,

    /// <summary>The server has not noticed the loss, or is still committing.</summary>
    Running,

    /// <summary>The server was promoted, or recovered from a crash: it may have the changes or not.</summary>
    Unknown,
}
