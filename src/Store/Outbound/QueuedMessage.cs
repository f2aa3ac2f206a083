using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>
/// A message acquired from the queue for a delivery attempt, with some or all of its queued recipients.
/// </summary>
/// <param name="Message">As submitted.</param>
/// <param name="Sent">The message that Sent shows for it.</param>
/// <param name="ReversePath">Address of the envelope sender without brackets; empty for the null sender.</param>
public sealed record QueuedMessage(InboxId Inbox, MessageId Message, MessageId Sent, string ReversePath, IReadOnlyList<QueuedRecipient> Recipients)
{
    /// <summary>Id of the lease.</summary>
    public required Guid Lease { get; init; }

    /// <summary>Destination of the first recipient: the domain; empty for local inboxes.</summary>
    public string Destination { get; init; } = "";

    public bool IsHere => Destination.Length == 0;

    /// <summary>True if the message was acquired to be sent through the remote account of its inbox.</summary>
    public bool GoesOwnWay { get; init; }

    /// <summary>True if the header needs RFC 6532.</summary>
    public bool IsInternational { get; init; }

    /// <summary>The Received field to prepend, CRLF included.</summary>
    public ReadOnlyMemory<byte> Trace { get; init; }

    /// <summary>ENVID, decoded; null if it was not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET; null if it was not given.</summary>
    public ReturnedContent? Return { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first attempt was allowed; the message's age in the queue counts from here.</summary>
    public DateTimeOffset ReleasedAt { get; init; }

    /// <summary>
    /// How the sender requested a later release (RFC 4865): <c>for;3600</c>, <c>until;2030-01-01T00:00:00Z</c>; null if
    /// the sender did not.
    /// </summary>
    public string? ReleaseRequest { get; init; }
}

/// <param name="Attempts">Number of failed attempts so far.</param>
/// <param name="DelayToldAt">When the sender was sent a delay DSN; null if none was sent yet.</param>
public sealed record QueuedRecipient(QueueId Id, string Address, RecipientNotice Notice, int Attempts, DateTimeOffset? DelayToldAt);
