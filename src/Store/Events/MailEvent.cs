using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>An event, as consumers receive it. It never changes.</summary>
/// <param name="Position">Position among the organization's events. Zero before it is assigned.</param>
/// <param name="Inbox">Null if the event belongs to the organization.</param>
/// <param name="Data">A JSON object.</param>
public sealed record MailEvent(EventId Id, long Position, OrganizationId Organization, InboxId? Inbox, string Type, DateTimeOffset OccurredAt, string Data);
