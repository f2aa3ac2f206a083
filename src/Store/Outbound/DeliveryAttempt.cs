namespace AgentPost.Store.Outbound;

/// <summary>How an attempt ended for one recipient.</summary>
/// <param name="Status">Enhanced status code (RFC 3463).</param>
/// <param name="Explanation">One line: what the other server said, or why it was not asked.</param>
public sealed record DeliveryAttempt(QueueId Recipient, DeliveryEnd End, string Status, string Explanation)
{
    /// <summary>The server that was tried; null: none.</summary>
    public string? Peer { get; init; }

    /// <summary>How long to wait for the next attempt after <see cref="DeliveryEnd.Delayed"/>, from when it is recorded.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>The sender is being told that it takes long.</summary>
    public bool IsDelayTold { get; init; }

    /// <summary>The address does not exist: nobody needs to write to it again.</summary>
    public bool IsAddressWrong { get; init; }
}

public enum DeliveryEnd
{
    Delivered,

    /// <summary>To be tried again.</summary>
    Delayed,

    /// <summary>For good.</summary>
    Failed,
}
