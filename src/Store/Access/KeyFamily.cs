using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>
/// A key that the operator created, and all keys created with it, directly or indirectly. They share one limit, so that
/// a key gains nothing by creating further keys.
/// </summary>
static class KeyFamily
{
    /// <summary>
    /// Checks that a new key is within the limits. Deletes the family's oldest expired and revoked keys if there are
    /// too many. Throws StoreRefusedException: KeyLimit.
    /// </summary>
    public static async Task EnsureRoomAsync(
        NpgsqlConnection connection, KeyId added, ListLimits limits, DateTimeOffset now, CancellationToken cancellation)
    {
        var (family, all) = await connection.QuerySingleAsync<(long Family, long All)>(new(
            """
            select count(*) filter (where k.root_key_id = n.root_key_id), count(*) from keys n join keys k using (organization_id)
            where n.key_id = @Added and k.revoked_at is null and (k.expires_at is null or k.expires_at > @now)
            """,
            new { Added = added.Value, now },
            cancellationToken: cancellation));
        if (family > limits.KeysPerKey)
        {
            throw StoreRefusals.ListLimit(
                Refusal.KeyLimit, "keys made with this key", limits.KeysPerKey, "Limits:KeysPerKey");
        }
        if (all > limits.KeysPerOrganization)
        {
            throw StoreRefusals.ListLimit(
                Refusal.KeyLimit, "keys", limits.KeysPerOrganization, "Limits:KeysPerOrganization");
        }
        await ForgetEndedAsync(connection, added, limits.KeysPerKey, now, cancellation);
    }

    // Otherwise a client that creates and revokes keys repeatedly would grow the list without bound.
    static Task ForgetEndedAsync(NpgsqlConnection connection, KeyId added, long kept, DateTimeOffset now, CancellationToken cancellation) =>
        kept == long.MaxValue ? Task.CompletedTask : connection.ExecuteAsync(new(
            """
            delete from keys where key_id in (
                select k.key_id from keys n join keys k using (root_key_id)
                where n.key_id = @Added and (k.revoked_at is not null or k.expires_at <= @now)
                order by least(k.revoked_at, k.expires_at) desc, k.key_id desc offset @kept)
            """,
            new { Added = added.Value, kept, now },
            cancellationToken: cancellation));
}
