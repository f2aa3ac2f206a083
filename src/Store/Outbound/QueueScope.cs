using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>Part of the queue that shares a route.</summary>
/// <param name="Destination">A domain in lower case; empty for local inboxes; null: see
/// <paramref name="Inbox"/>.</param>
/// <param name="Inbox">Outbound mail of one inbox with a remote account. Null: of all inboxes without one.</param>
public readonly record struct QueueScope(string? Destination, InboxId? Inbox)
{
    /// <summary>Mail for local inboxes, from any sender.</summary>
    public static QueueScope Here { get; } = new("", null);

    /// <summary>Outbound mail to all remote destinations, except from inboxes with a remote account.</summary>
    public static QueueScope Elsewhere { get; } = new(null, null);

    public static QueueScope To(string destination) => new(destination, null);

    public static QueueScope Of(InboxId inbox) => new(null, inbox);

    public override string ToString() => this switch
    {
        { Inbox: { } inbox } => inbox.ToString(),
        { Destination: null } => "everywhere",
        { Destination: "" } => "inboxes here",
        { Destination: var destination } => destination,
    };

    /// <summary>The matching rows of <c>queue q</c>, as a condition on <c>$1</c>.</summary>
    internal string Rows => this switch
    {
        { Inbox: not null } => "uuid_send(q.inbox_id) = uuid_send($1) and q.destination > ''",
        { Destination: null } => "q.destination > $1",
        _ => "q.destination = $1",
    };

    /// <summary>The matching senders, as a condition on <c>inboxes i</c>.</summary>
    internal string Senders => this switch
    {
        { Inbox: not null } => "i.has_own_route",
        { Destination: "" } => "true",
        _ => "not i.has_own_route",
    };

    /// <summary>The order of the rows in an index, the longest due first.</summary>
    internal string Order => this is { Inbox: null, Destination: null } ? "q.next_attempt_at at time zone 'UTC', q.queue_id" : "q.next_attempt_at, q.queue_id";

    internal object Parameter => Inbox is { } inbox ? inbox.Value : Destination ?? "";
}
