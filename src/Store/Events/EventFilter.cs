using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Selects the events of an organization that a consumer receives.</summary>
/// <param name="Types">Names or families (<c>message.*</c>). Null: all.</param>
/// <param name="Inboxes">Null: all inboxes, and events of the organization itself.</param>
/// <param name="Scopes">The scopes of the consumer's key.</param>
public sealed record EventFilter(IReadOnlyList<string>? Types, IReadOnlyList<InboxId>? Inboxes, IReadOnlyList<string> Scopes)
{
    /// <summary>
    /// True if the filter passes session events. They are recorded only for consumers with such a filter.
    /// </summary>
    public bool AsksForSessions => IncludesType(EventType.SessionStarted) || IncludesType(EventType.SessionEnded);

    public bool Passes(MailEvent told) =>
        IncludesType(told.Type)
        && (Inboxes is null || (told.Inbox is { } inbox && Inboxes.Contains(inbox)));

    bool IncludesType(string type) =>
        EventType.Find(type) is { } kind
        && Scopes.Contains(kind.Scope)
        && (Types is null || Types.Contains(kind.Name) || Types.Contains(kind.Family));
}
