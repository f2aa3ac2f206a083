namespace AgentPost.Store;

/// <summary>Organizations, inboxes and keys.</summary>
public sealed class Accounts
{
    /// <summary>Creates an inbox with INBOX, Sent, Drafts and Trash, all subscribed, in organization <c>default</c> (made if absent). Refusals: AddressInvalid, InboxExists.</summary>
    public Task<Inbox> CreateInboxAsync(string address, string? name, CancellationToken cancellation) => throw new NotImplementedException();

    public Task<IReadOnlyList<Inbox>> ListInboxesAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Finds the inbox that receives mail for an address; a plus-tag is ignored.</summary>
    public Task<Inbox?> FindInboxAsync(string address, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Deletes an inbox and all its mail; its sessions end. Refusal: InboxNotFound.</summary>
    public Task DeleteInboxAsync(string address, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Makes a key. Refusals: ScopeUnknown, InboxNotFound.</summary>
    public Task<NewKey> CreateKeyAsync(KeyRequest request, CancellationToken cancellation) => throw new NotImplementedException();

    public Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Revokes a key; its sessions on every host end within a second. Refusal: KeyNotFound. Revoking twice is no error.</summary>
    public Task RevokeKeyAsync(KeyId key, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>
    /// The login that a user name (inbox address, any case, plus-tag ignored) and a key's secret open, whatever its scopes; null for a wrong user, key or
    /// pair, an expired or a revoked key, always with the same work.
    /// </summary>
    public Task<Login?> AuthenticateAsync(string userName, string secret, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Which of these logins may not go on: key revoked, expired or gone, inbox gone.</summary>
    public Task<IReadOnlyList<(KeyId Key, InboxId Inbox)>> FindEndedAsync(IReadOnlyCollection<(KeyId Key, InboxId Inbox)> logins, CancellationToken cancellation) =>
        throw new NotImplementedException();
}

/// <summary>What a new key is to be.</summary>
/// <param name="InboxAddresses">Empty: every inbox of the organization.</param>
/// <param name="Secret">Given only for the bootstrap key of the settings; else random. Refusal KeyExists when there is, or was, a key of that secret.</param>
public sealed record KeyRequest(
    IReadOnlyList<string> Scopes, IReadOnlyList<string> InboxAddresses, string? Name, DateTimeOffset? ExpiresAt, string? Secret = null);

/// <summary>A key and its secret (<c>ap_sk_…</c>), which is never to be had again.</summary>
public sealed record NewKey(ApiKey Key, string Secret);
