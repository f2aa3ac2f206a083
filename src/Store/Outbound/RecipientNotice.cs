namespace AgentPost.Store.Outbound;

/// <summary>What a sender asked to be told about one recipient (RFC 3461 §4.1, §4.2).</summary>
/// <param name="Notify">Null: not said, which means failures and, as the server sees fit, delays.</param>
/// <param name="OriginalRecipient">ORCPT decoded, as <c>rfc822;local@domain</c>; null when not given.</param>
public sealed record RecipientNotice(NotifyWhen? Notify, string? OriginalRecipient)
{
    public static RecipientNotice None { get; } = new(null, null);
}

/// <summary>NOTIFY (RFC 3461 §4.1).</summary>
[Flags]
public enum NotifyWhen
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
