using AgentPost.Store.Addresses;
using AgentPost.Store.Model;

namespace AgentPost.Store.Access;

/// <summary>An inbox: one address, one account.</summary>
public sealed record Inbox(InboxId Id, OrganizationId Organization, InboxAddress Address, string? Name, DateTimeOffset CreatedAt)
{
    /// <summary>What its maker calls it, so that making it again finds it; null: nothing.</summary>
    public string? ClientId { get; init; }

    /// <summary>Why it may not send now, as the highest level that has paused it says. Null: it may.</summary>
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

/// <summary>What a right user name and key open: one inbox, with the rights of the key.</summary>
public sealed record Login(Inbox Inbox, ApiKey Key)
{
    public bool May(string scope) => Key.Scopes.Contains(scope);
}
