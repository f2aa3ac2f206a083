using System.Net.Sockets;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>Tells failures of the database, which pass, from faults of the program, which do not.</summary>
static class DatabaseFailure
{
    /// <summary>The database gave up or cannot be reached; the same work may succeed later.</summary>
    public static bool IsUnavailable(Exception failure) => failure switch
    {
        PostgresException refused => IsPassing(refused.SqlState),
        NpgsqlOperationInProgressException => false,
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Deadlock or serialization failure: nothing was committed, and a second try usually succeeds.</summary>
    public static bool IsRolledBack(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>The user may not create tables in the schema, there is no schema to create them in, or they are another user's.</summary>
    public static bool IsMissingRight(PostgresException refused) =>
        refused.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName;

    /// <summary>The connection itself is gone, not only its command.</summary>
    public static bool IsLostConnection(Exception failure) => failure switch
    {
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("08", StringComparison.Ordinal)
            // Now a standby: the primary is elsewhere.
            || refused.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: TimeoutException } => false,
        _ => IsUnavailable(failure),
    };

    /// <summary>True if a commit that fails like this may have happened.</summary>
    public static bool LeavesInDoubt(Exception failure) =>
        failure is PostgresException ? IsLostConnection(failure) : IsUnavailable(failure);

    /// <summary>
    /// True if Postgres stopped waiting for a synchronous standby: the transaction is committed, but only there. The
    /// SQLSTATE is that of any warning and the text is translated, so the routine that reports it decides. (With
    /// another SQLSTATE the connection ends, which is an error of its own.)
    /// </summary>
    public static bool IsUnconfirmedCommit(PostgresNotice notice) =>
        notice is { SqlState: PostgresErrorCodes.Warning, Routine: "SyncRepWaitForLSN" };

    public static bool IsWorthReadingAgain(Exception failure) => IsRolledBack(failure) || IsLostConnection(failure);

    /// <summary>The level to log a failure at: Debug if the database is unavailable, which is logged once for all.</summary>
    public static LogLevel LevelOf(Exception failure, LogLevel otherwise) =>
        failure is StoreUnavailableException || IsUnavailable(failure) ? LogLevel.Debug : otherwise;

    // Connection exception, transaction rollback, insufficient resources, operator intervention, system error; a standby that is read-only.
    static bool IsPassing(string state) => state[..2] is "08" or "40" or "53" or "57" or "58" || state is PostgresErrorCodes.ReadOnlySqlTransaction;
}
