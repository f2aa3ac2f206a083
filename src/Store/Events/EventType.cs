using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>The event types. A consumer receives only the types whose scope its key has.</summary>
public static class EventType
{
    public const string MessageReceived = "message.received";
    public const string MessageSent = "message.sent";
    public const string MessageDelivered = "message.delivered";
    public const string MessageBounced = "message.bounced";
    public const string MessageRejected = "message.rejected";
    public const string MessageAppended = "message.appended";
    public const string MessageCopied = "message.copied";
    public const string MessageMoved = "message.moved";
    public const string MessageDeleted = "message.deleted";
    public const string MessageFlags = "message.flags";
    public const string DraftCreated = "draft.created";
    public const string DraftUpdated = "draft.updated";
    public const string DraftDeleted = "draft.deleted";
    public const string KeyCreated = "key.created";
    public const string KeyRevoked = "key.revoked";
    public const string SessionStarted = "session.started";
    public const string SessionEnded = "session.ended";
    public const string WebhookDisabled = "webhook.disabled";

    public static readonly IReadOnlyList<EventKind> All =
    [
        new(MessageReceived, Scope.MessagesRead, "A message has come to INBOX."),
        new(MessageSent, Scope.MessagesRead, "A message was accepted for sending and is in Sent."),
        new(MessageDelivered, Scope.MessagesRead, "A recipient's server, or an inbox here, has taken a message over."),
        new(MessageBounced, Scope.MessagesRead, "A recipient could not be reached, for good."),
        new(MessageRejected, Scope.MessagesRead, "The sending rules or limits refused a message, or one of its recipients."),
        new(MessageAppended, Scope.MessagesRead, "A mail client has put a message into a folder."),
        new(MessageCopied, Scope.MessagesRead, "A message is now in one more folder."),
        new(MessageMoved, Scope.MessagesRead, "A message is in another folder, or was taken out of Trash."),
        new(MessageDeleted, Scope.MessagesRead, "A message was taken out of a folder by deleting; permanent, when that was Trash."),
        new(MessageFlags, Scope.MessagesRead, "Flags or labels of a message have changed; the event has them as they are now."),
        new(DraftCreated, Scope.MessagesRead, "There is a new draft."),
        new(DraftUpdated, Scope.MessagesRead, "A draft has a new text, and with it another message_id."),
        new(DraftDeleted, Scope.MessagesRead, "A draft is gone: deleted, or sent."),
        new(KeyCreated, Scope.KeysWrite, "A key was made."),
        new(KeyRevoked, Scope.KeysWrite, "A key was revoked."),
        new(SessionStarted, Scope.InboxesRead, "A mail client has logged in."),
        new(SessionEnded, Scope.InboxesRead, "A mail client that was logged in has gone."),
        new(WebhookDisabled, Scope.WebhooksWrite,
            "A webhook was disabled because no request to it had succeeded for days."),
    ];

    static readonly Dictionary<string, EventKind> ByName = All.ToDictionary(kind => kind.Name);

    /// <summary>Finds a type by name. Returns null if it does not exist.</summary>
    public static EventKind? Find(string name) => ByName.GetValueOrDefault(name);
}

/// <summary>A type of event.</summary>
/// <param name="Scope">The scope that a consumer needs to receive the event.</param>
public sealed record EventKind(string Name, string Scope, string Meaning)
{
    /// <summary>The name that a filter uses for all types of the same subject: <c>message.*</c>.</summary>
    public string Family { get; } = Name[..(Name.IndexOf('.', StringComparison.Ordinal) + 1)] + "*";
}
