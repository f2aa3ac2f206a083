namespace AgentPost.Store.Model;

/// <summary>
/// The content of an inbox: the number of messages that are in at least one folder, each counted once, and their total
/// size in bytes.
/// </summary>
public readonly record struct InboxUsage(long Messages, long Octets)
{
    public static InboxUsage operator +(InboxUsage left, InboxUsage right) => new(left.Messages + right.Messages, left.Octets + right.Octets);

    public static InboxUsage operator -(InboxUsage left, InboxUsage right) => new(left.Messages - right.Messages, left.Octets - right.Octets);
}
