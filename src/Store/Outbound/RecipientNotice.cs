namespace AgentPost.Store.Outbound;

/// <summary>The DSNs that a sender requested for one recipient (RFC 3461 §4.1, §4.2).</summary>
/// <param name="Notify">Null: not given, which means failures and, if the server chooses, delays.</param>
/// <param name="OriginalRecipient">ORCPT, decoded, as <c>rfc822;local@domain</c>; null if it was not given.</param>
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
