using AgentPost.Store.Addresses;
using AgentPost.Store.Model;

namespace AgentPost.Store.Access;

/// <summary>An inbox: one email address that mail clients log in to.</summary>
public sealed record Inbox(InboxId Id, OrganizationId Organization, InboxAddress Address, string? Name, DateTimeOffset CreatedAt)
{
    /// <summary>
    /// The id that the API client gave the inbox, so that a repeated creation returns the same inbox. Null: none.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>Why the inbox may not send: the pause of the highest level. Null if it may send.</summary>
    public SendPause? SendingPaused { get; init; }
}

/// <summary>An API key without its secret.</summary>
/// <param name="Inboxes">Null: every inbox of the organization.</param>
public sealed record ApiKey(
    KeyId Id,
    OrganizationId Organization,
    string? Name,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<InboxId>? Inboxes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt);

/// <summary>An authenticated login: an inbox, with the scopes of a key.</summary>
public sealed record Login(Inbox Inbox, ApiKey Key)
{
    public bool May(string scope) => Key.Scopes.Contains(scope);
}
