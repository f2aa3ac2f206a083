namespace AgentPost.Mime;

/// <summary>
/// Scans a message as its octets arrive and gathers what a store keeps of it. Push, resumable at any octet, linear in time, memory bounded by headers and the
/// text kept for searching; no input makes it fail. Used once, by one thread.
/// </summary>
public sealed class MessageScanner
{
    public void Write(ReadOnlySpan<byte> octets) => throw new NotImplementedException();

    /// <summary>Ends the message. Call once.</summary>
    public MessageScan Complete() => throw new NotImplementedException();
}
