namespace AgentPost.Protocol.Imap.Selection;

/// <summary>Events that a client can receive without a command (RFC 5465 §5).</summary>
[Flags]
enum NotifyEvents
{
    None = 0,
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,

    /// <summary>Events of messages; all others are events of mailboxes.</summary>
    Messages = MessageNew | MessageExpunge | FlagChange,
    MailboxName = 8,
    SubscriptionChange = 16,
    MailboxMetadataChange = 32,
    ServerMetadataChange = 64,
}
