using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>A part of the queue that goes one way, which one connection works off.</summary>
/// <param name="Destination">A domain, lower case; empty: this server; null: see <paramref name="Inbox"/>.</param>
/// <param name="Inbox">All that leaves of one inbox, which has a way of its own; null: of all inboxes that have none.</param>
public readonly record struct QueueScope(string? Destination, InboxId? Inbox)
{
    /// <summary>For inboxes of this server, whoever sends.</summary>
    public static QueueScope Here { get; } = new("", null);

    /// <summary>All that leaves, but for inboxes with a way of their own.</summary>
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

    /// <summary>The rows of <c>queue q</c>, as a condition on <c>$1</c>.</summary>
    internal string Rows => this switch
    {
        { Inbox: not null } => "uuid_send(q.inbox_id) = uuid_send($1) and q.destination > ''",
        { Destination: null } => "q.destination > $1",
        _ => "q.destination = $1",
    };

    /// <summary>Whose mail is meant, as a condition on <c>inboxes i</c>.</summary>
    internal string Senders => this switch
    {
        { Inbox: not null } => "i.has_own_route",
        { Destination: "" } => "true",
        _ => "not i.has_own_route",
    };

    /// <summary>The order in which an index has the rows, the longest due first.</summary>
    internal string Order => this is { Inbox: null, Destination: null } ? "q.next_attempt_at at time zone 'UTC', q.queue_id" : "q.next_attempt_at, q.queue_id";

    internal object Parameter => Inbox is { } inbox ? inbox.Value : Destination ?? "";
}
