namespace AgentPost.Protocol.Smtp.Client;

/// <summary>How long to wait for the peer; RFC 5321 §4.5.3.2 gives the numbers.</summary>
public sealed record SmtpTimeouts
{
    public static SmtpTimeouts Standard { get; } = new();

    /// <summary>For one address; also for a TLS handshake.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>EHLO, AUTH, MAIL, RCPT and what else is answered at once.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The answer to DATA.</summary>
    public TimeSpan DataStart { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the peer to take one piece of the message.</summary>
    public TimeSpan DataBlock { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The answer to the final dot.</summary>
    public TimeSpan DataEnd { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The answer to QUIT, which nobody needs.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(5);
}
