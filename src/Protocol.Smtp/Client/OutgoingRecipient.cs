using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Client;

/// <param name="Address">Without brackets.</param>
public sealed record OutgoingRecipient(string Address)
{
    /// <summary>NOTIFY and ORCPT, sent if the remote server supports DSN (RFC 3461 §4).</summary>
    public RecipientNotice Notice { get; init; } = RecipientNotice.None;
}
