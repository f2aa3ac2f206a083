namespace AgentPost.Store;

/// <summary>Which events of an organization somebody is told.</summary>
/// <param name="Types">Names or families (<c>message.*</c>); null: all.</param>
/// <param name="Inboxes">Null: all, and what is of the organization itself.</param>
/// <param name="Scopes">The rights of the key that asks.</param>
public sealed record EventFilter(IReadOnlyList<string>? Types, IReadOnlyList<InboxId>? Inboxes, IReadOnlyList<string> Scopes)
{
    public bool Passes(MailEvent told) =>
        EventType.Find(told.Type) is { } kind
        && Scopes.Contains(kind.Scope)
        && (Types is null || Types.Contains(kind.Name) || Types.Contains(kind.Family))
        && (Inboxes is null || (told.Inbox is { } inbox && Inboxes.Contains(inbox)));
}
