using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Something that has happened, as it is told; it never changes.</summary>
/// <param name="Position">In the order of the organization's events; 0 before it has one.</param>
/// <param name="Inbox">Null: it is of the organization.</param>
/// <param name="Data">A JSON object.</param>
public sealed record MailEvent(EventId Id, long Position, OrganizationId Organization, InboxId? Inbox, string Type, DateTimeOffset OccurredAt, string Data);
