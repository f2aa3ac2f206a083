using AgentPost.Store.Events;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>SQL for keys.</summary>
static class KeyTable
{
    /// <summary>Columns that <see cref="KeyRow"/> holds, of the table <c>k</c>.</summary>
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

    /// <summary>
    /// Inserts a key. The database sets its creation time. Returns null if a key with the same secret exists.
    /// </summary>
    /// <param name="maker">The key that creates this key. Null: the operator.</param>
    public static async Task<ApiKey?> InsertAsync(
        NpgsqlConnection connection, ApiKey key, byte[] secretHash, KeyId? maker, CancellationToken cancellation)
    {
        var row = await connection.QuerySingleOrDefaultAsync<KeyRow>(new(
            $"""
            insert into keys as k (key_id, organization_id, secret_sha256, name, scopes, inbox_ids, expires_at, root_key_id)
            values (@Key, @Organization, @SecretHash, @Name, @Scopes, @Inboxes, @ExpiresAt, (select coalesce(m.root_key_id, m.key_id) from keys m where m.key_id = @Maker))
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
                Maker = maker?.Value,
            },
            cancellationToken: cancellation));
        return row?.ToKey();
    }

    /// <summary>
    /// Revokes a key. Returns whether the key exists, and whether an event was recorded. If the key is already revoked,
    /// its revocation time stays and no event is recorded.
    /// </summary>
    public static async Task<(bool IsFound, bool IsNoted)> RevokeAsync(NpgsqlConnection connection, KeyId key, DateTimeOffset now, CancellationToken cancellation) =>
        await connection.QuerySingleAsync<(bool, bool)>(new(
            """
            with good as (select organization_id from keys where key_id = @Key and revoked_at is null for update),
            revoked as (update keys set revoked_at = @Now from good where key_id = @Key),
            noted as (
                insert into event_notes (organization_id, type, occurred_at, amount, detail)
                select organization_id, @Type, @Now, 1, @Detail from good join organizations using (organization_id) where events_until > @Now
                returning note_id)
            select exists (select from keys where key_id = @Key), exists (select from noted)
            """,
            new { Key = key.Value, Now = now, Type = EventType.KeyRevoked, Detail = new EventData { KeyId = key.ToString() }.ToJson() },
            cancellationToken: cancellation));

    /// <summary>
    /// Records an event for a new key, if the organization has event consumers. Returns true if it did.
    /// </summary>
    public static async Task<bool> NoteCreatedAsync(NpgsqlConnection connection, ApiKey key, DateTimeOffset now, CancellationToken cancellation)
    {
        var detail = new EventData
        {
            KeyId = key.Id.ToString(),
            Name = key.Name,
            Scopes = key.Scopes,
            InboxIds = key.Inboxes?.Select(inbox => inbox.ToString()).ToList(),
            ExpiresAt = key.ExpiresAt,
        };
        return await connection.ExecuteAsync(new(
            """
            insert into event_notes (organization_id, type, occurred_at, amount, detail)
            select organization_id, @Type, @now, 1, @Detail from organizations where organization_id = @Organization and events_until > @now
            """,
            new { Organization = key.Organization.Value, Type = EventType.KeyCreated, now, Detail = detail.ToJson() },
            cancellationToken: cancellation)) > 0;
    }

    /// <summary>Finds which of the keys are invalid: revoked, expired or deleted.</summary>
    public static async Task<IReadOnlyList<KeyId>> FindEndedAsync(
        NpgsqlConnection connection, IReadOnlyCollection<KeyId> keys, DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<Guid>(new(
            """
            select known.key_id from unnest(@Keys) as known (key_id) left join keys k using (key_id)
            where k.key_id is null or k.revoked_at is not null or k.expires_at <= @now
            """,
            new { Keys = keys.Select(key => key.Value).ToArray(), now },
            cancellationToken: cancellation));
        return [.. rows.Select(row => new KeyId(row))];
    }

    /// <summary>
    /// Finds the inbox of an address and the key of a secret. Each is looked up whether or not the other exists: one
    /// query, with the same work in every case.
    /// </summary>
    public static async Task<(Inbox? Inbox, ApiKey? Key)> FindLoginAsync(
        NpgsqlConnection connection, string[] spellings, byte[] secretHash, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<int, InboxRow?, KeyRow?, (Inbox?, ApiKey?)>(
            new(
                $"""
                select one, {InboxTable.Columns}, {Columns}
                from (values (1)) as always (one)
                left join inboxes i on i.address = {InboxTable.AddressSql}
                left join keys k on k.secret_sha256 = @SecretHash
                """,
                new { Spellings = spellings, SecretHash = secretHash },
                cancellationToken: cancellation),
            (_, inbox, key) => (inbox?.ToInbox(), key?.ToKey()),
            splitOn: "InboxId,KeyId");
        return rows.Single();
    }

    /// <summary>Finds which of the logins are invalid because of their key or inbox.</summary>
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

/// <summary>A row of keys, filled by Dapper.</summary>
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
