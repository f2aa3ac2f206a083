namespace AgentPost.Store;

/// <summary>Why the sending rules refuse a recipient or a message.</summary>
/// <param name="Reason">One sentence without its full stop; names the rule.</param>
/// <param name="RetryAfter">When to try again; null: not at all.</param>
public sealed record SendRefusal(string Reason, TimeSpan? RetryAfter);

/// <summary>The sending rules refuse a message; nothing was changed.</summary>
public sealed class SendRefusedException(SendRefusal refusal) : Exception(refusal.Reason)
{
    public SendRefusal Refusal { get; } = refusal;
}
