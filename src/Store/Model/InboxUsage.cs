namespace AgentPost.Store.Model;

/// <summary>What an inbox holds: the messages that are in at least one folder, each once, and their octets.</summary>
public readonly record struct InboxUsage(long Messages, long Octets)
{
    public static InboxUsage operator +(InboxUsage left, InboxUsage right) => new(left.Messages + right.Messages, left.Octets + right.Octets);

    public static InboxUsage operator -(InboxUsage left, InboxUsage right) => new(left.Messages - right.Messages, left.Octets - right.Octets);
}
