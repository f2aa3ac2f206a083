namespace AgentPost.Store.Outbound;

/// <summary>The result of a delivery attempt for one recipient.</summary>
/// <param name="Status">Enhanced status code (RFC 3463).</param>
/// <param name="Explanation">One line: the reply of the remote server, or why the attempt did not reach one.</param>
public sealed record DeliveryAttempt(QueueId Recipient, DeliveryEnd End, string Status, string Explanation)
{
    /// <summary>The server that was tried; null if none was.</summary>
    public string? Peer { get; init; }

    /// <summary>
    /// Delay before the next attempt after <see cref="DeliveryEnd.Delayed"/>, counted from when the result is recorded.
    /// </summary>
    public TimeSpan Pause { get; init; }

    /// <summary>True if the sender gets a delay DSN.</summary>
    public bool IsDelayTold { get; init; }

    /// <summary>True if the address does not exist and must be suppressed.</summary>
    public bool IsAddressWrong { get; init; }
}

public enum DeliveryEnd
{
    Delivered,

    /// <summary>Temporary failure, to be retried.</summary>
    Delayed,

    /// <summary>Permanent failure.</summary>
    Failed,
}
