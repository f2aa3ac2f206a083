using System.Net.Sockets;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>Distinguishes database failures, which are temporary, from bugs, which are not.</summary>
static class DatabaseFailure
{
    /// <summary>True if the database is unreachable or aborted the work. The same work may succeed later.</summary>
    public static bool IsUnavailable(Exception failure) => failure switch
    {
        PostgresException refused => IsPassing(refused.SqlState),
        NpgsqlOperationInProgressException => false,
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// True for a deadlock or serialization failure. Nothing was committed, and a retry usually succeeds.
    /// </summary>
    public static bool IsRolledBack(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>
    /// True if the user must not create tables in the schema, the schema does not exist, or the tables belong to
    /// another user.
    /// </summary>
    public static bool IsMissingRight(PostgresException refused) =>
        refused.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName;

    /// <summary>True if the connection is lost, not only its command.</summary>
    public static bool IsLostConnection(Exception failure) => failure switch
    {
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("08", StringComparison.Ordinal)
            // The server has become a standby: another server is the primary.
            || refused.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: TimeoutException } => false,
        _ => IsUnavailable(failure),
    };

    /// <summary>True if a commit that fails with this error may have succeeded.</summary>
    public static bool LeavesInDoubt(Exception failure) =>
        failure is PostgresException ? IsLostConnection(failure) : IsUnavailable(failure);

    /// <summary>
    /// True if Postgres stopped waiting for a synchronous standby. The transaction is then committed on the primary
    /// only. The SQLSTATE is that of any warning and the text is translated, so the name of the reporting routine
    /// decides. (With another SQLSTATE the connection ends, which is a separate error.)
    /// </summary>
    public static bool IsUnconfirmedCommit(PostgresNotice notice) =>
        notice is { SqlState: PostgresErrorCodes.Warning, Routine: "SyncRepWaitForLSN" };

    public static bool IsWorthReadingAgain(Exception failure) => IsRolledBack(failure) || IsLostConnection(failure);

    /// <summary>
    /// Returns the level to log a failure at: Debug if the database is unavailable, because that is logged once
    /// elsewhere.
    /// </summary>
    public static LogLevel LevelOf(Exception failure, LogLevel otherwise) =>
        failure is StoreUnavailableException || IsUnavailable(failure) ? LogLevel.Debug : otherwise;

    // Connection exception, transaction rollback, insufficient resources, operator intervention, system error; a
    // read-only standby.
    static bool IsPassing(string state) => state[..2] is "08" or "40" or "53" or "57" or "58" || state is PostgresErrorCodes.ReadOnlySqlTransaction;
}
