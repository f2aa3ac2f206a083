using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>An accepted message as it enters the queue, with the recipients that are queued.</summary>
/// <param name="Submitted">The message as submitted.</param>
/// <param name="Shown">The message that Sent shows for it.</param>
/// <param name="ReversePath">Address of MAIL FROM without brackets; empty for the null path.</param>
sealed record QueuedSend(
    InboxId Sender,
    MessageId Submitted,
    MessageId Shown,
    string ReversePath,
    IReadOnlyList<QueuedSendRecipient> Recipients)
{
    /// <summary>True if a server that receives it must support SMTPUTF8 (RFC 6531).</summary>
    public required bool IsInternational { get; init; }

    /// <summary>The Received field that delivery puts on top, CRLF included.</summary>
    public required ReadOnlyMemory<byte> TraceHeader { get; init; }

    /// <summary>ENVID, decoded; null if it was not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET; null if it was not given.</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>When delivery starts (RFC 4865); null: at once.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>How the sender requested it, as a DSN repeats it; null if the sender did not.</summary>
    public string? ReleaseRequest { get; init; }
}

/// <param name="Address">Address of RCPT TO without brackets.</param>
/// <param name="IsLocal">True if no other server receives it.</param>
sealed record QueuedSendRecipient(string Address, RecipientNotice Notice, bool IsLocal);
