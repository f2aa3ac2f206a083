namespace AgentPost.Store.Sending;

/// <summary>
/// The message itself may not be sent; nothing was changed. The message of the exception is the reason: a sentence
/// without its period.
/// </summary>
public sealed class MessageRejectedException(MessageFault fault, string reason) : Exception(reason)
{
    public MessageFault Fault { get; } = fault;
}

/// <summary>Why a message may not be sent.</summary>
public enum MessageFault
{
    /// <summary>
    /// From, Sender, Resent-From or Resent-Sender names somebody else than the sender, or cannot be read completely.
    /// </summary>
    Author,

    /// <summary>A CR or LF stands alone (RFC 5322 §2.2).</summary>
    LineEnd,

    /// <summary>The message has a NUL.</summary>
    Nul,

    /// <summary>The header is too long to be checked.</summary>
    HeaderTooLong,
}
