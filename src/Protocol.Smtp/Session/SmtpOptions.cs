using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What the settings say about one service; <see cref="long.MaxValue"/> and <see cref="int.MaxValue"/> are "unlimited".</summary>
/// <param name="Hostname">The server's name in greetings and trace fields.</param>
public sealed record SmtpOptions(string Hostname)
{
    public SmtpService Service { get; init; } = SmtpService.Submission;

    /// <summary>Of the services that take mail from other servers.</summary>
    public InboundOptions Inbound { get; init; } = new();

    /// <summary>Largest message taken, octets.</summary>
    public long MaxMessageSize { get; init; } = 26_214_400;

    /// <summary>Recipients of one message.</summary>
    public int Recipients { get; init; } = 100;

    public ConnectionLimits Limits { get; init; } = new(Login: TimeSpan.FromSeconds(30), Idle: TimeSpan.FromMinutes(5));

    /// <summary>How long one message may take to arrive, however slowly its octets drip.</summary>
    public TimeSpan DataLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a message that is arriving may still take when the server stops. Default: 8 seconds.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(8);
}
