namespace AgentPost.Protocol.Smtp.Client;

/// <summary>Timeouts for the remote server, based on RFC 5321 §4.5.3.2.</summary>
public sealed record SmtpTimeouts
{
    public static SmtpTimeouts Standard { get; } = new();

    /// <summary>For connecting, and for a TLS handshake. Default: 30 seconds.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to EHLO, AUTH, MAIL, RCPT and other short commands. Default: 5 minutes.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to DATA. Default: 2 minutes.</summary>
    public TimeSpan DataStart { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For sending one block of the message. Default: 3 minutes.</summary>
    public TimeSpan DataBlock { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>For the reply to the final dot. Default: 10 minutes.</summary>
    public TimeSpan DataEnd { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the reply to QUIT, which does not matter. Default: 5 seconds.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(5);
}
