namespace AgentPost.Store.Sending;

/// <summary>Why the sending rules refuse a recipient or a message.</summary>
/// <param name="Reason">One sentence without its full stop; names the rule.</param>
/// <param name="RetryAfter">When to try again; null: not at all.</param>
public sealed record SendRefusal(string Reason, TimeSpan? RetryAfter)
{
    /// <summary>The recipient is not an inbox (RFC 3463 §3.2).</summary>
    public const string UnknownRecipientStatus = "5.1.1";

    /// <summary>Enhanced status code of a permanent refusal (RFC 3463).</summary>
    public string Status { get; init; } = "5.7.1";

    /// <summary>The recipient's domain is local, and there is no such inbox.</summary>
    public static SendRefusal UnknownRecipient(string recipient) =>
        new($"the inbox {recipient} does not exist", null) { Status = UnknownRecipientStatus };
}

/// <summary>The sending rules refuse a message; nothing was changed.</summary>
public sealed class SendRefusedException(SendRefusal refusal) : Exception(refusal.Reason)
{
    public SendRefusal Refusal { get; } = refusal;
}
