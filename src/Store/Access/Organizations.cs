using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>
/// The inboxes and keys of one organization, as its keys can see them. Objects of other organizations are treated as
/// nonexistent.
/// </summary>
public sealed class Organizations
{
    readonly Database _database;
    readonly KeyIndex _keys;
    readonly Accounts _accounts;

    internal Organizations(Database database, KeyIndex keys, Accounts accounts)
    {
        _database = database;
        _keys = keys;
        _accounts = accounts;
    }

    /// <summary>
    /// Finds the key of a secret, valid or not, and the inbox of an id or address (ignoring the plus tag), in any
    /// organization. Each is null if not found. Runs one query, with the same work in every case.
    /// </summary>
    public async Task<(ApiKey? Key, Inbox? Inbox)> FindAccessAsync(string secret, string? inbox, CancellationToken cancellation)
    {
        var id = InboxId.TryParse(inbox, out var parsed) ? parsed.Value : Guid.Empty;
        var spellings = InboxAddress.TryParse(inbox, out var named, out _) ? named.Spellings : [];
        var secretHash = KeySecret.Hash(secret);
        return await _keys.FindAsync(
            secretHash,
            async (connection, token) => (await connection.QueryAsync<int, KeyRow?, InboxRow?, (ApiKey? Key, Inbox? Inbox)>(
                new(
                    $"""
                    select one, {KeyTable.Columns}, {InboxTable.Columns}
                    from (values (1)) as always (one)
                    left join keys k on k.secret_sha256 = @SecretHash
                    left join inboxes i on i.inbox_id = @id or i.address = {InboxTable.AddressSql}
                    """,
                    new { SecretHash = secretHash, id, Spellings = spellings },
                    cancellationToken: token),
                (_, key, found) => (key?.ToKey(), found?.ToInbox()),
                splitOn: "KeyId,InboxId")).Single(),
            found => found.Key,
            cancellation);
    }

    /// <summary>
    /// Finds the inbox of an id or address (ignoring the plus tag), in any organization. Returns null if it does not
    /// exist.
    /// </summary>
    public async Task<Inbox?> FindInboxAsync(string? inbox, CancellationToken cancellation)
    {
        var id = InboxId.TryParse(inbox, out var parsed) ? parsed.Value : Guid.Empty;
        var spellings = InboxAddress.TryParse(inbox, out var named, out _) ? named.Spellings : [];
        return await _database.ReadAsync(
            async (connection, token) => (await connection.QueryFirstOrDefaultAsync<InboxRow>(new(
                $"select {InboxTable.Columns} from inboxes i where i.inbox_id = @id or i.address = {InboxTable.AddressSql}", new { id, Spellings = spellings }, cancellationToken: token)))?.ToInbox(),
            cancellation);
    }

    /// <summary>Lists inboxes by address, starting after an address.</summary>
    /// <param name="among">Null: all inboxes of the organization.</param>
    /// <param name="after">Empty: from the start.</param>
    public Task<IReadOnlyList<Inbox>> ListInboxesAsync(
        OrganizationId organization, IReadOnlyList<InboxId>? among, string after, int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Inbox>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<InboxRow>(new(
                    $"""
                    select {InboxTable.Columns} from inboxes i
                    where organization_id = @Organization and address > @after and (@Among::uuid[] is null or inbox_id = any(@Among))
                    order by address limit @limit
                    """,
                    new { Organization = organization.Value, Among = among?.Select(inbox => inbox.Value).ToArray(), after, limit },
                    cancellationToken: token))).Select(row => row.ToInbox()),
            ],
            cancellation);

    /// <summary>Finds the inbox with a client id. Returns null if it does not exist.</summary>
    public Task<Inbox?> FindByClientIdAsync(OrganizationId organization, string clientId, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => (await connection.QuerySingleOrDefaultAsync<InboxRow>(new(
                $"select {InboxTable.Columns} from inboxes i where organization_id = @Organization and client_id = @clientId",
                new { Organization = organization.Value, clientId },
                cancellationToken: token)))?.ToInbox(),
            cancellation);

    /// <summary>
    /// Creates an inbox. If an inbox with the same client id exists, returns that instead and ignores the other
    /// properties. Throws StoreRefusedException: AddressInvalid, InboxExists, DomainNotOwned, InboxLimit.
    /// </summary>
    public async Task<(Inbox Inbox, bool IsNew)> CreateInboxAsync(NewInbox wanted, CancellationToken cancellation)
    {
        if (wanted is not { ClientId: { } clientId, Organization: { } organization })
        {
            return (await _accounts.CreateInboxAsync(wanted, cancellation), true);
        }
        if (await FindByClientIdAsync(organization, clientId, cancellation) is { } known)
        {
            // The commit of its creation may not have been confirmed.
            await _database.ConfirmAsync(cancellation);
            return (known, false);
        }
        try
        {
            return (await _accounts.CreateInboxAsync(wanted, cancellation), true);
        }
        // Another request has just created it.
        catch (Exception failure) when (failure is StoreRefusedException { Refusal: Refusal.InboxExists } or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            if (await FindByClientIdAsync(organization, clientId, cancellation) is { } made)
            {
                await _database.ConfirmAsync(cancellation);
                return (made, false);
            }
            throw;
        }
    }

    /// <summary>Changes the display name of an inbox. Throws StoreRefusedException: InboxNotFound.</summary>
    public Task<Inbox> RenameInboxAsync(InboxId inbox, string? name, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) => (await connection.QuerySingleOrDefaultAsync<InboxRow>(new(
                $"update inboxes i set name = @name where inbox_id = @Inbox returning {InboxTable.Columns}",
                new { Inbox = inbox.Value, name },
                cancellationToken: token)))?.ToInbox()
                ?? throw new StoreRefusedException(Refusal.InboxNotFound, "There is no such inbox."),
            cancellation);

    /// <summary>
    /// Lists keys by id, that is oldest first, starting after an id. Includes expired and revoked keys.
    /// </summary>
    /// <param name="within">Lists only keys whose access is limited to some of these inboxes. Null: all.</param>
    public Task<IReadOnlyList<ApiKey>> ListKeysAsync(
        OrganizationId organization, IReadOnlyList<InboxId>? within, KeyId after, int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<ApiKey>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<KeyRow>(new(
                    $"""
                    select {KeyTable.Columns} from keys k
                    where organization_id = @Organization and key_id > @After and (@Within::uuid[] is null or inbox_ids <@ @Within)
                    order by key_id limit @limit
                    """,
                    new { Organization = organization.Value, Within = within?.Select(inbox => inbox.Value).ToArray(), After = after.Value, limit },
                    cancellationToken: token))).Select(row => row.ToKey()),
            ],
            cancellation);

    /// <summary>Finds a key of the organization. Returns null if it does not exist.</summary>
    public Task<ApiKey?> FindKeyAsync(OrganizationId organization, KeyId key, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => (await connection.QuerySingleOrDefaultAsync<KeyRow>(new(
                $"select {KeyTable.Columns} from keys k where organization_id = @Organization and key_id = @Key",
                new { Organization = organization.Value, Key = key.Value },
                cancellationToken: token)))?.ToKey(),
            cancellation);
}
