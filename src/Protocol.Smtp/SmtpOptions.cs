namespace AgentPost.Protocol.Smtp;

/// <summary>What the settings say about submission; <see cref="long.MaxValue"/> and <see cref="int.MaxValue"/> are "unlimited".</summary>
/// <param name="Hostname">The server's name in greetings and trace fields.</param>
public sealed record SmtpOptions(string Hostname)
{
    /// <summary>Largest message taken, octets.</summary>
    public long MessageOctets { get; init; } = 26_214_400;

    /// <summary>Recipients of one message.</summary>
    public int Recipients { get; init; } = 100;

    public ConnectionLimits Limits { get; init; } = new(Login: TimeSpan.FromSeconds(30), Idle: TimeSpan.FromMinutes(5));

    /// <summary>How long one message may take to arrive, however slowly its octets drip.</summary>
    public TimeSpan DataLimit { get; init; } = TimeSpan.FromHours(1);
}
