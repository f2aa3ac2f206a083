using AgentPost.Host.Api.Requests;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Access;

/// <summary>
/// Creates, lists, reads and revokes API keys. A key cannot create a key with more scopes or inboxes than its own, and
/// does not see keys for other inboxes.
/// </summary>
static class KeyEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("POST", "/api/v1/keys", Scope.KeysWrite, "Create a key. Its secret is in the answer, this once.", CreateAsync)
        {
            Id = "createKey", Tag = "Keys", Body = typeof(NewKeyRequest), Answer = typeof(NewKeyView), Status = StatusCodes.Status201Created,
            BodyExample = """{"name":"reader","scopes":["messages:read"],"inboxes":["agent@agentpost.test"],"expires_in_days":90}""",
        },
        new("GET", "/api/v1/keys", Scope.KeysWrite, "List the keys, oldest first, those that have ended too; never their secrets.", ListAsync)
        {
            Id = "listKeys", Tag = "Keys", Query = QueryParameter.Page, Answer = typeof(Page<KeyView>),
        },
        new("GET", "/api/v1/keys/{key}", Scope.KeysWrite, "Get a key, without its secret.", ShowAsync)
        {
            Id = "getKey", Tag = "Keys", Answer = typeof(KeyView),
        },
        new("DELETE", "/api/v1/keys/{key}", Scope.KeysWrite, "Revoke a key. Its sessions end at once; revoking twice is no error.", RevokeAsync)
        {
            Id = "revokeKey", Tag = "Keys", Status = StatusCodes.Status204NoContent,
        },
    ];

    static async Task<IResult> CreateAsync(ApiCall call, CancellationToken cancellation)
    {
        const int MostDays = 36_500;
        var request = await call.ReadAsync<NewKeyRequest>(cancellation);
        var scopes = request.Scopes ?? throw new ApiRefusedException(ApiError.Invalid("scopes", "a list of one or more is needed"));
        if (request.ExpiresInDays is < 1 or > MostDays)
        {
            throw new ApiRefusedException(ApiError.Invalid("expires_in_days", $"this is a number from 1 to {MostDays}"));
        }
        if (scopes.FirstOrDefault(scope => Scope.All.Contains(scope) && !call.May(scope)) is { } missing)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status403Forbidden, "key_limited", $"This key does not have the scope {missing} itself.", "Ask for fewer scopes, or use a key that has it."));
        }
        var inboxes = await FindInboxesAsync(call, request.Inboxes ?? [], cancellation);
        if (inboxes.Count == 0 && call.Key.Inboxes is not null)
        {
            throw new ApiRefusedException(ApiError.Invalid("inboxes", "this key is for some inboxes only, so it must name those of the new one"));
        }
        var expiresAt = Earlier(request.ExpiresInDays is { } days ? call.Time.GetUtcNow().AddDays(days) : null, call.Key.ExpiresAt);
        var made = await call.Store.Accounts.CreateKeyAsync(
            new(scopes, [.. inboxes.Select(inbox => inbox.Address.Value)], ShortText.Read("name", request.Name), expiresAt)
            {
                Organization = call.Key.Organization,
                Maker = call.Key.Id,
            },
            cancellation);
        return Answer.Created(new NewKeyView(KeyView.Of(made.Key), made.Secret));
    }

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Query.Limit();
        var after = Cursor.Read<KeyId>(call, KeyId.TryParse);
        var keys = await call.Store.Organizations.ListKeysAsync(call.Key.Organization, call.Key.Inboxes, after, limit + 1, cancellation);
        return Answer.Ok(Page<KeyView>.Of(keys, limit, KeyView.Of, key => key.Id.ToString()));
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) => Answer.Ok(KeyView.Of(await FindAsync(call, cancellation)));

    static async Task<IResult> RevokeAsync(ApiCall call, CancellationToken cancellation)
    {
        await call.Store.Accounts.RevokeKeyAsync((await FindAsync(call, cancellation)).Id, cancellation);
        return Answer.NoContent;
    }

    static async Task<ApiKey> FindAsync(ApiCall call, CancellationToken cancellation)
    {
        var text = call.Route("key");
        return KeyId.TryParse(text, out var id)
            && await call.Store.Organizations.FindKeyAsync(call.Key.Organization, id, cancellation) is { } key
            && (call.Key.Inboxes is null || (key.Inboxes?.All(call.Opens) ?? false))
            ? key
            : throw new ApiRefusedException(ApiError.NotFound("key", text));
    }

    static async Task<List<Inbox>> FindInboxesAsync(ApiCall call, IReadOnlyList<string> named, CancellationToken cancellation)
    {
        var inboxes = new List<Inbox>();
        foreach (var text in named)
        {
            var inbox = await call.Store.Organizations.FindInboxAsync(text, cancellation);
            inboxes.Add(inbox is not null && inbox.Organization == call.Key.Organization && call.Opens(inbox.Id)
                ? inbox
                : throw new ApiRefusedException(ApiError.NoInbox));
        }
        return inboxes;
    }

    static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}

/// <summary>Properties of a new API key.</summary>
sealed record NewKeyRequest
{
    public string? Name { get; init; }
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Ids or addresses. If empty, the key has access to all inboxes.</summary>
    public IReadOnlyList<string>? Inboxes { get; init; }

    /// <summary>The key never expires later than the key that creates it.</summary>
    public int? ExpiresInDays { get; init; }
}

/// <summary>A new API key with its secret, which cannot be retrieved later.</summary>
sealed record NewKeyView(KeyView Key, string Secret);

/// <summary>An API key in API responses.</summary>
/// <param name="InboxIds">Null if the key has access to all inboxes of the organization.</param>
sealed record KeyView(
    string Id, string? Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? InboxIds, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyView Of(ApiKey key) => new(
        key.Id.ToString(), key.Name, key.Scopes, key.Inboxes?.Select(inbox => inbox.ToString()).ToList(), key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}
