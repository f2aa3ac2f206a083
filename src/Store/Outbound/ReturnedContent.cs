namespace AgentPost.Store.Outbound;

/// <summary>The part of a message that a DSN returns (RFC 3461 §4.3).</summary>
public enum ReturnedContent
{
    Header,
    Message,
}
