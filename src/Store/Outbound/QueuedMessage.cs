using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>A message that was taken from the queue to be tried, with some or all of the recipients that it still has to reach.</summary>
/// <param name="Message">As submitted.</param>
/// <param name="Sent">The message that Sent shows for it.</param>
/// <param name="ReversePath">Without brackets; empty for the null path.</param>
public sealed record QueuedMessage(InboxId Inbox, MessageId Message, MessageId Sent, string ReversePath, IReadOnlyList<QueuedRecipient> Recipients)
{
    /// <summary>Whose lease it is under.</summary>
    public required Guid Lease { get; init; }

    /// <summary>Of the first recipient: the domain; empty for inboxes here.</summary>
    public string Destination { get; init; } = "";

    public bool IsHere => Destination.Length == 0;

    /// <summary>It was taken as what leaves by the account elsewhere of its inbox.</summary>
    public bool GoesOwnWay { get; init; }

    /// <summary>The header has what only RFC 6532 allows.</summary>
    public bool IsInternational { get; init; }

    /// <summary>Octets for its top: the Received field, CRLF included.</summary>
    public ReadOnlyMemory<byte> Trace { get; init; }

    /// <summary>ENVID decoded; null when not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET; null when not given.</summary>
    public ReturnedContent? Return { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it might first be tried; its age counts from here.</summary>
    public DateTimeOffset ReleasedAt { get; init; }

    /// <summary>How a later release was asked for (RFC 4865): <c>for;3600</c>, <c>until;2030-01-01T00:00:00Z</c>; null when it was not.</summary>
    public string? ReleaseRequest { get; init; }
}

/// <param name="Attempts">That failed before.</param>
/// <param name="DelayToldAt">When the sender was told that it takes long; null: not yet.</param>
public sealed record QueuedRecipient(QueueId Id, string Address, RecipientNotice Notice, int Attempts, DateTimeOffset? DelayToldAt);
