namespace AgentPost.Store.Sending;

/// <summary>Why the sending rules reject a recipient or a message.</summary>
/// <param name="Reason">One sentence without a period; names the rule.</param>
/// <param name="RetryAfter">Delay before a retry can succeed. Null: never.</param>
public sealed record SendRefusal(string Reason, TimeSpan? RetryAfter)
{
    /// <summary>The recipient is not an existing inbox (RFC 3463 §3.2).</summary>
    public const string UnknownRecipientStatus = "5.1.1";

    /// <summary>Enhanced status code of a permanent rejection (RFC 3463).</summary>
    public string Status { get; init; } = "5.7.1";

    /// <summary>The recipient's domain is local, but the inbox does not exist.</summary>
    public static SendRefusal UnknownRecipient(string recipient) =>
        new($"the inbox {recipient} does not exist", null) { Status = UnknownRecipientStatus };
}

/// <summary>Thrown if the sending rules reject a message; nothing was changed.</summary>
public sealed class SendRefusedException(SendRefusal refusal) : Exception(refusal.Reason)
{
    public SendRefusal Refusal { get; } = refusal;
}
