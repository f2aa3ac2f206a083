namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What the settings say about mail from other servers.</summary>
public sealed record InboundOptions
{
    /// <summary>Refuse a message that fails DMARC where its domain asks for that; else it comes marked.</summary>
    public bool RejectsByDmarc { get; init; } = true;

    /// <summary>The name in Authentication-Results whose fields are believed over LMTP; null: nobody's are.</summary>
    public string? TrustedAuthserv { get; init; }

    /// <summary>The inbox that gets the mail for postmaster and abuse, where there is no inbox of that name; null: nobody does.</summary>
    public string? Postmaster { get; init; }

    /// <summary>Messages that one address may send in a minute.</summary>
    public long MessagesPerMinute { get; init; } = long.MaxValue;

    /// <summary>A client that speaks within this time, before it is greeted, is no mail server.</summary>
    public TimeSpan GreetingDelay { get; init; }
}
