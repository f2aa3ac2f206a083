using System.Net;
using AgentPost.Protocol.Connections;
using AgentPost.Store;
using AgentPost.Store.Access;

namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Authorizes requests: each needs one valid key, with the scopes of the row and access to the inbox in the path. Only
/// requests with an invalid key are delayed.
/// </summary>
sealed class KeyGate(MailStore store, ConnectionGuard guard, TimeProvider time)
{
    const string Scheme = "Bearer ";

    static readonly string[] InboxParameters = ["inbox", "surfaceId"];

    static readonly ApiError NoKey = new(
        StatusCodes.Status401Unauthorized, "missing_key", "There is no key.", "Send the header Authorization: Bearer ap_sk_….");

    static readonly ApiError WrongKey = new(
        StatusCodes.Status401Unauthorized, "wrong_key", "The key is not right: mistyped, expired or revoked.", "Use another key; 'agentpost key create' makes one.");

    /// <summary>
    /// Finds the key and the inbox with one query, and checks scopes and access. Does not read the body.
    /// </summary>
    public async Task<ApiCall> AdmitAsync(HttpContext http, ApiEndpoint endpoint, CancellationToken cancellation)
    {
        var named = InboxParameters.Select(name => http.GetRouteValue(name) as string).FirstOrDefault(value => value is not null);
        var (key, inbox) = await FindAsync(http, SecretOf(http), named, cancellation);
        if (endpoint.Scopes.FirstOrDefault(scope => !key.Scopes.Contains(scope)) is { } missing)
        {
            throw new ApiRefusedException(ApiError.MissingScope(missing));
        }
        if (named is not null && (inbox is null || inbox.Organization != key.Organization || !(key.Inboxes?.Contains(inbox.Id) ?? true)))
        {
            throw new ApiRefusedException(ApiError.NoInbox);
        }
        return new(http, key, inbox);
    }

    /// <summary>
    /// Finds the key of a request that is not in the endpoint table. Throws ApiRefusedException if the key is missing
    /// or invalid.
    /// </summary>
    public async Task<ApiKey> FindKeyAsync(HttpContext http, string? secret, CancellationToken cancellation) =>
        (await FindAsync(http, secret ?? SecretOf(http), null, cancellation)).Key;

    async Task<(ApiKey Key, Inbox? Inbox)> FindAsync(HttpContext http, string secret, string? inbox, CancellationToken cancellation)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        var admission = http.Features.Get<AcceptedConnection>()?.Admission;
        var (key, found) = await store.Organizations.FindAccessAsync(secret, inbox, cancellation);
        if (key is { RevokedAt: null } && !(key.ExpiresAt <= time.GetUtcNow()))
        {
            admission?.Dispose();
            guard.Forgive(address);
            return (key, found);
        }
        // The key was looked up first, so that failed logins from the same address never delay a valid key.
        if (await (admission?.DelayWrongLoginAsync(address, cancellation) ?? guard.DelayWrongLoginAsync(address, cancellation)) is DelayEnd.GivenUp)
        {
            http.Response.Headers.Connection = "close";
        }
        throw new ApiRefusedException(WrongKey);
    }

    /// <summary>Returns the secret of the request. Throws ApiRefusedException if there is none.</summary>
    public static string SecretOf(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header[Scheme.Length..].Trim() is { Length: > 0 } secret
            ? secret
            : throw new ApiRefusedException(NoKey);
    }
}
