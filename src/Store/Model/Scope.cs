namespace AgentPost.Store.Model;

/// <summary>The scopes that a key can have, as written on the command line and in the API.</summary>
public static class Scope
{
    public const string MessagesRead = "messages:read";
    public const string MessagesWrite = "messages:write";
    public const string InboxesRead = "inboxes:read";
    public const string InboxesWrite = "inboxes:write";
    public const string KeysWrite = "keys:write";
    public const string WebhooksWrite = "webhooks:write";
    public const string SurfacesWrite = "surfaces:write";

    public static readonly IReadOnlyList<string> All =
        [MessagesRead, MessagesWrite, InboxesRead, InboxesWrite, KeysWrite, WebhooksWrite, SurfacesWrite];
}
