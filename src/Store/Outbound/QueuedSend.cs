using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>An accepted message that enters the queue, with its queued recipients.</summary>
/// <param name="Submitted">The message as submitted.</param>
/// <param name="Shown">The message that Sent shows for it.</param>
/// <param name="ReversePath">Address of MAIL FROM without brackets; empty for the null sender.</param>
sealed record QueuedSend(
    InboxId Sender,
    MessageId Submitted,
    MessageId Shown,
    string ReversePath,
    IReadOnlyList<QueuedSendRecipient> Recipients)
{
    /// <summary>True if a server that receives it must support SMTPUTF8 (RFC 6531).</summary>
    public required bool IsInternational { get; init; }

    /// <summary>The Received field that delivery prepends, CRLF included.</summary>
    public required ReadOnlyMemory<byte> TraceHeader { get; init; }

    /// <summary>ENVID, decoded; null if it was not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET; null if it was not given.</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>When delivery starts (RFC 4865); null: immediately.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>How the sender requested the release, for the DSN; null if the sender did not.</summary>
    public string? ReleaseRequest { get; init; }
}

/// <param name="Address">Address of RCPT TO without brackets.</param>
/// <param name="IsLocal">True if the recipient is local.</param>
sealed record QueuedSendRecipient(string Address, RecipientNotice Notice, bool IsLocal);
