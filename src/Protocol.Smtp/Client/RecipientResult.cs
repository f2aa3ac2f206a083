namespace AgentPost.Protocol.Smtp.Client;

/// <summary>The outcome of sending a message to one recipient.</summary>
/// <param name="Status">An enhanced status code (RFC 3463).</param>
/// <param name="Explanation">One line: the server's reply, or the reason why there is none.</param>
/// <param name="Reply">The server's reply. Null if there was none.</param>
public sealed record RecipientResult(string Recipient, SendOutcome Outcome, string Status, string Explanation, PeerReply? Reply)
{
    internal static RecipientResult Of(string recipient, PeerReply reply, SendOutcome outcome) =>
        new(recipient, outcome, reply.StatusOrClass, reply.ToString(), reply);
}

/// <summary>How sending a message to a recipient ended.</summary>
public enum SendOutcome
{
    /// <summary>The server has accepted the message.</summary>
    Delivered,

    /// <summary>Temporary failure; may be retried.</summary>
    Temporary,

    /// <summary>Permanent failure.</summary>
    Permanent,

    /// <summary>
    /// The message was sent, but the reply to the final dot was lost. The server may have accepted the message.
    /// </summary>
    Unknown,
}
