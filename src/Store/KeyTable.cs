using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>Statements over keys.</summary>
static class KeyTable
{
    /// <summary>What <see cref="KeyRow"/> holds, of the table <c>k</c>.</summary>
    public const string Columns =
        """
        k.key_id as KeyId, k.organization_id as OrganizationId, k.name as Name, k.scopes as Scopes, k.inbox_ids as InboxIds,
        k.created_at as CreatedAt, k.expires_at as ExpiresAt, k.revoked_at as RevokedAt
        """;

    public static async Task<IReadOnlyList<ApiKey>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<KeyRow>(new($"select {Columns} from keys k order by created_at, key_id", cancellationToken: cancellation));
        return [.. rows.Select(row => row.ToKey())];
    }

    /// <summary>Inserts a key, whose creation time the database sets; null when there is one of the same secret.</summary>
    public static async Task<ApiKey?> InsertAsync(NpgsqlConnection connection, ApiKey key, byte[] secretHash, CancellationToken cancellation)
    {
        var row = await connection.QuerySingleOrDefaultAsync<KeyRow>(new(
            $"""
            insert into keys as k (key_id, organization_id, secret_sha256, name, scopes, inbox_ids, expires_at)
            values (@Key, @Organization, @SecretHash, @Name, @Scopes, @Inboxes, @ExpiresAt)
            on conflict (secret_sha256) do nothing
            returning {Columns}
            """,
            new
            {
                Key = key.Id.Value,
                Organization = key.Organization.Value,
                SecretHash = secretHash,
                key.Name,
                Scopes = key.Scopes.ToArray(),
                Inboxes = key.Inboxes?.Select(inbox => inbox.Value).ToArray(),
                ExpiresAt = key.ExpiresAt?.ToUniversalTime(),
            },
            cancellationToken: cancellation));
        return row?.ToKey();
    }

    /// <summary>False when there is no such key. The first revocation's time stays.</summary>
    public static async Task<bool> RevokeAsync(NpgsqlConnection connection, KeyId key, DateTimeOffset now, CancellationToken cancellation) =>
        await connection.ExecuteAsync(new(
            "update keys set revoked_at = coalesce(revoked_at, @Now) where key_id = @Key", new { Key = key.Value, Now = now }, cancellationToken: cancellation)) > 0;

    /// <summary>
    /// The inbox of an address and the key of a secret, each looked up whether or not the other is there: one query, the same work for every wrong answer.
    /// </summary>
    public static async Task<(Inbox? Inbox, ApiKey? Key)> FindLoginAsync(
        NpgsqlConnection connection, string address, byte[] secretHash, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<int, InboxRow?, KeyRow?, (Inbox?, ApiKey?)>(
            new(
                $"""
                select one, {InboxTable.Columns}, {Columns}
                from (values (1)) as always (one)
                left join inboxes i on i.address = @Address
                left join keys k on k.secret_sha256 = @SecretHash
                """,
                new { Address = address, SecretHash = secretHash },
                cancellationToken: cancellation),
            (_, inbox, key) => (inbox?.ToInbox(), key?.ToKey()),
            splitOn: "InboxId,KeyId");
        return rows.Single();
    }

    /// <summary>Those logins whose key or inbox is no longer good.</summary>
    public static async Task<IReadOnlyList<(KeyId Key, InboxId Inbox)>> FindEndedAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(KeyId Key, InboxId Inbox)> logins, DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<(Guid Key, Guid Inbox)>(new(
            """
            select login.key_id, login.inbox_id
            from unnest(@Keys, @Inboxes) as login (key_id, inbox_id)
            left join keys k on k.key_id = login.key_id
            left join inboxes i on i.inbox_id = login.inbox_id
            where k.key_id is null or i.inbox_id is null or k.revoked_at is not null or k.expires_at <= @Now
            """,
            new { Keys = logins.Select(login => login.Key.Value).ToArray(), Inboxes = logins.Select(login => login.Inbox.Value).ToArray(), Now = now },
            cancellationToken: cancellation));
        return [.. rows.Select(row => (new KeyId(row.Key), new InboxId(row.Inbox)))];
    }
}

/// <summary>A row of keys as Dapper fills it.</summary>
sealed class KeyRow
{
    public Guid KeyId { get; init; }
    public Guid OrganizationId { get; init; }
    public string? Name { get; init; }
    public string[] Scopes { get; init; } = [];
    public Guid[]? InboxIds { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime? ExpiresAt { get; init; }
    public DateTime? RevokedAt { get; init; }

    public ApiKey ToKey() => new(
        new(KeyId), new(OrganizationId), Name, Scopes, InboxIds?.Select(inbox => new InboxId(inbox)).ToArray(), CreatedAt, ExpiresAt, RevokedAt);
}
