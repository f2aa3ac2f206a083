namespace AgentPost.Protocol.Smtp.Client;

/// <summary>What became of a message for one recipient.</summary>
/// <param name="Status">An enhanced status code (RFC 3463).</param>
/// <param name="Explanation">One line: the server's answer, or why there is none.</param>
/// <param name="Reply">The server's answer, if there was one.</param>
public sealed record RecipientResult(string Recipient, SendOutcome Outcome, string Status, string Explanation, PeerReply? Reply)
{
    internal static RecipientResult Of(string recipient, PeerReply reply, SendOutcome outcome) =>
        new(recipient, outcome, reply.StatusOrClass, reply.ToString(), reply);
}

/// <summary>How far a message got.</summary>
public enum SendOutcome
{
    /// <summary>The server has taken over.</summary>
    Delivered,

    /// <summary>Not accepted; may be tried again.</summary>
    Temporary,

    /// <summary>Refused for good.</summary>
    Permanent,

    /// <summary>All was sent, and the answer to the final dot was lost: it may have been accepted.</summary>
    Unknown,
}
