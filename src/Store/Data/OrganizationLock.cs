using Dapper;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>The lock under which the lists of an organization are counted, so that two that add to one do not pass its
/// limit together.</summary>
static class OrganizationLock
{
    /// <summary>Waits for others that hold it, and holds it until the transaction ends. Senders and writers of mail do
    /// not wait.</summary>
    public static Task AcquireAsync(NpgsqlConnection connection, Guid organization, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(
            "select from organizations where organization_id = @organization for no key update", new { organization },
            cancellationToken: cancellation));
}
