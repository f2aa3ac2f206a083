using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>Organizations, inboxes and keys.</summary>
public sealed class Accounts
{
    // Maximum number of domains that an error lists.
    const int MostNamed = 10;

    readonly Database _database;
    readonly KeyIndex _keys;
    readonly LiveFolders _live;
    readonly ChangeNotifier _notifier;
    readonly OwnDomains _domains;
    readonly ListLimits _limits;
    readonly TimeProvider _time;

    internal Accounts(
        Database database,
        KeyIndex keys,
        LiveFolders live,
        ChangeNotifier notifier,
        OwnDomains domains,
        ListLimits limits,
        TimeProvider time)
    {
        _domains = domains;
        _limits = limits;
        _database = database;
        _keys = keys;
        _live = live;
        _notifier = notifier;
        _time = time;
    }

    /// <summary>
    /// Creates an inbox with INBOX, Sent, Drafts and Trash, all subscribed, in organization <c>default</c>, which is
    /// created if it does not exist. Throws StoreRefusedException: AddressInvalid, InboxExists, DomainNotOwned,
    /// InboxLimit.
    /// </summary>
    public Task<Inbox> CreateInboxAsync(string address, string? name, CancellationToken cancellation) =>
        CreateInboxAsync(new(address) { Name = name }, cancellation);

    /// <summary>Same as the overload with an address, but in the organization that the properties name.</summary>
    public Task<Inbox> CreateInboxAsync(NewInbox wanted, CancellationToken cancellation)
    {
        if (!InboxAddress.TryParse(wanted.Address, out var parsed, out var plusTag) || plusTag is not null)
        {
            throw new StoreRefusedException(
                Refusal.AddressInvalid, $"{wanted.Address} cannot be the address of an inbox: that is name@domain, without a plus-tag.");
        }
        return _database.TransactAsync(
            async (connection, token) =>
            {
                var organization = wanted.Organization?.Value ?? await InboxTable.EnsureOrganizationAsync(connection, token);
                var inbox = await InboxTable.InsertAsync(connection, organization, parsed, wanted, token)
                    ?? throw new StoreRefusedException(Refusal.InboxExists, $"The inbox {parsed} exists already.");
                await EnsureOwnAsync(connection, parsed, token);
                await EnsureRoomAsync(connection, organization, token);
                await InboxTable.InsertFoldersAsync(connection, inbox.Id, _time.GetUtcNow(), token);
                return inbox;
            },
            cancellation);
    }

    public Task<IReadOnlyList<Inbox>> ListInboxesAsync(CancellationToken cancellation) => _database.ReadAsync(InboxTable.ListAsync, cancellation);

    /// <summary>
    /// Finds the inbox that receives mail for an address, ignoring the plus tag. Returns null if it does not exist.
    /// </summary>
    public async Task<Inbox?> FindInboxAsync(string address, CancellationToken cancellation) =>
        InboxAddress.TryParse(address, out var parsed, out _)
            ? await _database.ReadAsync((connection, token) => InboxTable.FindAsync(connection, parsed, token), cancellation)
            : null;

    /// <summary>Counts the mail that is deleted with an inbox. Throws StoreRefusedException: InboxNotFound.</summary>
    public Task<InboxContents> CountContentsAsync(string address, CancellationToken cancellation)
    {
        var parsed = ParseWithoutTag(address);
        return _database.ReadAsync(
            async (connection, token) =>
                await InboxTable.FindAsync(connection, parsed, token) is { } inbox
                    ? await InboxTable.CountContentsAsync(connection, inbox.Id, token)
                    : throw NoInbox(address),
            cancellation);
    }

    /// <summary>
    /// Deletes an inbox, all its mail and its queued recipients, and ends its sessions. Throws StoreRefusedException:
    /// InboxNotFound.
    /// </summary>
    public Task DeleteInboxAsync(string address, CancellationToken cancellation) =>
        DeleteInboxAsync(address, dropsQueuedMail: true, cancellation);

    /// <summary>
    /// Deletes an inbox and all its mail, and ends its sessions. Returns what was deleted. Throws
    /// StoreRefusedException: InboxNotFound, and MailQueued if mail is queued and <paramref name="dropsQueuedMail"/> is
    /// false.
    /// </summary>
    public async Task<InboxContents> DeleteInboxAsync(
        string address, bool dropsQueuedMail, CancellationToken cancellation)
    {
        var parsed = ParseWithoutTag(address);
        var (folders, contents) = await _database.TransactAsync(
            async (connection, token) =>
            {
                var inbox = await InboxTable.LockAsync(connection, parsed, token) ?? throw NoInbox(address);
                // Every sender takes the same lock, so nothing is queued after this count.
                var deleted = await InboxTable.CountContentsAsync(connection, inbox, token);
                if (deleted.QueuedRecipients > 0 && !dropsQueuedMail)
                {
                    throw StoreRefusals.MailQueued(parsed, deleted.QueuedRecipients);
                }
                var held = await InboxTable.ListFoldersAsync(connection, inbox, token);
                await InboxTable.DeleteAsync(connection, inbox, token);
                return (held, deleted);
            },
            cancellation);
        foreach (var folder in folders)
        {
            _live.Hint(folder);
            _notifier.FolderChanged(folder);
        }
        _notifier.AccountsChanged();
        return contents;
    }

    /// <summary>
    /// Creates a key. Throws StoreRefusedException: ScopeUnknown, InboxNotFound, KeyExists, KeyLimit.
    /// </summary>
    public async Task<NewKey> CreateKeyAsync(KeyRequest request, CancellationToken cancellation)
    {
        var scopes = KnownScopes(request.Scopes);
        var secret = request.Secret ?? KeySecret.New();
        var secretHash = KeySecret.Hash(secret);
        var (key, isNoted) = await _database.TransactAsync(
            async (connection, token) =>
            {
                var organization = request.Organization?.Value ?? await InboxTable.EnsureOrganizationAsync(connection, token);
                var inboxes = new List<InboxId>();
                foreach (var address in request.InboxAddresses)
                {
                    var inbox = InboxAddress.TryParse(address, out var parsed, out _) ? await InboxTable.FindAsync(connection, parsed, token) : null;
                    inboxes.Add(inbox is { } found && found.Organization.Value == organization ? found.Id : throw NoInbox(address));
                }
                var wanted = new ApiKey(
                    KeyId.New(), new(organization), request.Name, scopes, inboxes.Count > 0 ? inboxes : null, default, request.ExpiresAt, null);
                var key = await KeyTable.InsertAsync(connection, wanted, secretHash, request.Maker, token)
                    ?? throw new StoreRefusedException(Refusal.KeyExists, "There is, or was, a key of this secret.");
                if (request.Maker is not null)
                {
                    await OrganizationLock.AcquireAsync(connection, organization, token);
                    await KeyFamily.EnsureRoomAsync(connection, key.Id, _limits, _time.GetUtcNow(), token);
                }
                return (key, await KeyTable.NoteCreatedAsync(connection, key, _time.GetUtcNow(), token));
            },
            cancellation);
        TellNoted(isNoted);
        _keys.Add(secretHash);
        _notifier.AccountsChanged();
        return new(key, secret);
    }

    public Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellation) => _database.ReadAsync(KeyTable.ListAsync, cancellation);

    /// <summary>
    /// Revokes a key. Its sessions end within one second, on every instance. Revoking a revoked key has no effect.
    /// Throws StoreRefusedException: KeyNotFound.
    /// </summary>
    public async Task RevokeKeyAsync(KeyId key, CancellationToken cancellation)
    {
        var (isFound, isNoted) = await _database.TransactAsync(
            (connection, token) => KeyTable.RevokeAsync(connection, key, _time.GetUtcNow(), token), cancellation);
        if (!isFound)
        {
            throw new StoreRefusedException(Refusal.KeyNotFound, $"There is no key {key}.");
        }
        _notifier.AccountsChanged();
        TellNoted(isNoted);
    }

    /// <summary>Finds which of the keys are invalid: revoked, expired or deleted.</summary>
    public Task<IReadOnlyList<KeyId>> FindEndedKeysAsync(IReadOnlyCollection<KeyId> keys, CancellationToken cancellation) =>
        _database.ReadAsync((connection, token) => KeyTable.FindEndedAsync(connection, keys, _time.GetUtcNow(), token), cancellation);

    /// <summary>
    /// Authenticates a user name (the inbox address, ignoring case and plus tag) and a key's secret, whatever its
    /// scopes. Returns null for an unknown user, a wrong, expired or revoked key, or a key without access to the inbox.
    /// Does the same work in every case.
    /// </summary>
    public async Task<Login?> AuthenticateAsync(string userName, string secret, CancellationToken cancellation)
    {
        // Look up an invalid address too, so that it takes the same work. No inbox has the empty address.
        var spellings = InboxAddress.TryParse(userName, out var parsed, out _) ? parsed.Spellings : [""];
        var secretHash = KeySecret.Hash(secret);
        var (inbox, key) = await _keys.FindAsync(
            secretHash, (connection, token) => KeyTable.FindLoginAsync(connection, spellings, secretHash, token), found => found.Key, cancellation);
        return inbox is not null && key is not null && Opens(key, inbox) ? new(inbox, key) : null;
    }

    /// <summary>
    /// Finds which of the logins are invalid: the key is revoked, expired or deleted, or the inbox is deleted.
    /// </summary>
    public Task<IReadOnlyList<(KeyId Key, InboxId Inbox)>> FindEndedAsync(
        IReadOnlyCollection<(KeyId Key, InboxId Inbox)> logins, CancellationToken cancellation) =>
        _database.ReadAsync((connection, token) => KeyTable.FindEndedAsync(connection, logins, _time.GetUtcNow(), token), cancellation);

    // Called after the insertion, so that an existing address is reported as InboxExists, whatever its domain.
    async Task EnsureOwnAsync(NpgsqlConnection connection, InboxAddress address, CancellationToken cancellation)
    {
        var domain = DomainNames.Of(address.Value);
        if (!await _domains.ContainsAsync(connection, domain, cancellation))
        {
            var own = await _domains.ListAsync(connection, cancellation);
            var some = string.Join(", ", own.Take(MostNamed)) + (own.Count > MostNamed ? ", …" : "");
            throw new StoreRefusedException(
                Refusal.DomainNotOwned,
                $"The domain {domain} is not one of this server ({(own.Count > 0 ? some : "it has none")}), so {address} cannot be an inbox.");
        }
    }

    async Task EnsureRoomAsync(NpgsqlConnection connection, Guid organization, CancellationToken cancellation)
    {
        if (_limits.Inboxes == long.MaxValue)
        {
            return;
        }
        await OrganizationLock.AcquireAsync(connection, organization, cancellation);
        var count = await connection.ExecuteScalarAsync<long>(new(
            "select count(*) from inboxes where organization_id = @organization", new { organization },
            cancellationToken: cancellation));
        if (count > _limits.Inboxes)
        {
            throw StoreRefusals.ListLimit(Refusal.InboxLimit, "inboxes", _limits.Inboxes, "Limits:Inboxes");
        }
    }

    void TellNoted(bool isNoted)
    {
        if (isNoted)
        {
            _notifier.EventsNoted();
        }
    }

    bool Opens(ApiKey key, Inbox inbox) =>
        key.Organization == inbox.Organization
        && (key.Inboxes is null || key.Inboxes.Contains(inbox.Id))
        && key.RevokedAt is null
        && (key.ExpiresAt is null || key.ExpiresAt > _time.GetUtcNow());

    static string[] KnownScopes(IReadOnlyList<string> scopes) =>
        scopes.Count == 0 || scopes.FirstOrDefault(scope => !Scope.All.Contains(scope)) is not null
            ? throw new StoreRefusedException(
                Refusal.ScopeUnknown, $"A key needs one or more of these scopes: {string.Join(", ", Scope.All)}; asked for: {string.Join(", ", scopes)}.")
            : [.. Scope.All.Where(scopes.Contains)];

    // A plus tag does not name another inbox, and deletion must not guess which inbox is meant.
    static InboxAddress ParseWithoutTag(string address) =>
        InboxAddress.TryParse(address, out var parsed, out var plusTag) && plusTag is null ? parsed : throw NoInbox(address);

    static StoreRefusedException NoInbox(string address) => new(Refusal.InboxNotFound, $"There is no inbox {address}.");
}

/// <summary>Properties of a new key.</summary>
/// <param name="InboxAddresses">Empty: every inbox of the organization.</param>
/// <param name="Secret">Set only for the bootstrap key of the settings. Null: random. KeyExists is thrown if a key has,
/// or had, this secret.</param>
public sealed record KeyRequest(
    IReadOnlyList<string> Scopes, IReadOnlyList<string> InboxAddresses, string? Name, DateTimeOffset? ExpiresAt, string? Secret = null)
{
    /// <summary>The key that creates this key. Null: the operator, who has no limit.</summary>
    public KeyId? Maker { get; init; }

    /// <summary>Null: organization <c>default</c>.</summary>
    public OrganizationId? Organization { get; init; }
}

/// <summary>The amount of mail in an inbox.</summary>
/// <param name="Messages">Number of stored messages.</param>
/// <param name="Size">Total size of the messages in bytes.</param>
/// <param name="QueuedRecipients">Number of queued recipients, including those of scheduled mail.</param>
public sealed record InboxContents(long Messages, long Size, long QueuedRecipients);

/// <summary>Properties of a new inbox.</summary>
public sealed record NewInbox(string Address)
{
    public string? Name { get; init; }

    /// <summary>Unique in the organization. Null: none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Null: organization <c>default</c>.</summary>
    public OrganizationId? Organization { get; init; }
}

/// <summary>A key and its secret (<c>ap_sk_…</c>), which cannot be retrieved later.</summary>
public sealed record NewKey(ApiKey Key, string Secret);
