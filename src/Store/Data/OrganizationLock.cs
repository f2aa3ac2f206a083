using Dapper;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// The lock to hold while the lists of an organization are counted, so that two concurrent additions cannot exceed a
/// limit together.
/// </summary>
static class OrganizationLock
{
    /// <summary>
    /// Acquires the lock until the end of the transaction. Waits for other holders. Sending and storing mail does not
    /// wait for it.
    /// </summary>
    public static Task AcquireAsync(NpgsqlConnection connection, Guid organization, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(
            "select from organizations where organization_id = @organization for no key update", new { organization },
            cancellationToken: cancellation));
}
