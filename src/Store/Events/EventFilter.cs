using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Which events of an organization somebody is told.</summary>
/// <param name="Types">Names or families (<c>message.*</c>); null: all.</param>
/// <param name="Inboxes">Null: all, and what is of the organization itself.</param>
/// <param name="Scopes">The rights of the key that asks.</param>
public sealed record EventFilter(IReadOnlyList<string>? Types, IReadOnlyList<InboxId>? Inboxes, IReadOnlyList<string> Scopes)
{
    /// <summary>True if the filter lets events of sessions through, which are recorded for nobody else.</summary>
    public bool AsksForSessions => IncludesType(EventType.SessionStarted) || IncludesType(EventType.SessionEnded);

    public bool Passes(MailEvent told) =>
        IncludesType(told.Type)
        && (Inboxes is null || (told.Inbox is { } inbox && Inboxes.Contains(inbox)));

    bool IncludesType(string type) =>
        EventType.Find(type) is { } kind
        && Scopes.Contains(kind.Scope)
        && (Types is null || Types.Contains(kind.Name) || Types.Contains(kind.Family));
}
