namespace AgentPost.Protocol.Imap.Selection;

/// <summary>What a client can be told of without asking (RFC 5465 §5).</summary>
[Flags]
enum NotifyEvents
{
    None = 0,
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,

    /// <summary>Of messages; all others are of mailboxes.</summary>
    Messages = MessageNew | MessageExpunge | FlagChange,
    MailboxName = 8,
    SubscriptionChange = 16,
    MailboxMetadataChange = 32,
    ServerMetadataChange = 64,
}
