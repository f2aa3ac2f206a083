namespace AgentPost.Store.Sending;

/// <summary>
/// Thrown if the message itself must not be sent; nothing was changed. The exception's message is the reason: a
/// sentence without a period.
/// </summary>
public sealed class MessageRejectedException(MessageFault fault, string reason) : Exception(reason)
{
    public MessageFault Fault { get; } = fault;
}

/// <summary>Why a message must not be sent.</summary>
public enum MessageFault
{
    /// <summary>
    /// From, Sender, Resent-From or Resent-Sender names an address other than the sender's, or cannot be parsed
    /// completely.
    /// </summary>
    Author,

    /// <summary>A bare CR or LF (RFC 5322 §2.2).</summary>
    LineEnd,

    /// <summary>The message contains a NUL.</summary>
    Nul,

    /// <summary>The header is too long to check.</summary>
    HeaderTooLong,
}
