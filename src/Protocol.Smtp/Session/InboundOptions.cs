namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Settings for mail from other servers.</summary>
public sealed record InboundOptions
{
    /// <summary>
    /// True if a message that fails DMARC is rejected when the policy of its domain is reject. Otherwise it is accepted
    /// and marked. Default: true.
    /// </summary>
    public bool RejectsByDmarc { get; init; } = true;

    /// <summary>
    /// The authserv-id whose Authentication-Results fields are trusted over LMTP. Null if no such field is trusted.
    /// </summary>
    public string? TrustedAuthserv { get; init; }

    /// <summary>
    /// The inbox that receives mail for postmaster and abuse if no inbox has that name. Null if that mail is rejected.
    /// </summary>
    public string? Postmaster { get; init; }

    /// <summary>Maximum number of messages per minute from one client address. Default: no limit.</summary>
    public long MessagesPerMinute { get; init; } = long.MaxValue;

    /// <summary>
    /// Delay before the greeting. A client that sends earlier is not a mail server. Default: no delay.
    /// </summary>
    public TimeSpan GreetingDelay { get; init; }
}
