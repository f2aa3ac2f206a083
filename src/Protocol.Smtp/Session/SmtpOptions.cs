using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// Settings of one service. <see cref="long.MaxValue"/> and <see cref="int.MaxValue"/> mean no limit.
/// </summary>
/// <param name="Hostname">The server's name in greetings and trace fields.</param>
public sealed record SmtpOptions(string Hostname)
{
    public SmtpService Service { get; init; } = SmtpService.Submission;

    /// <summary>Settings for the services that receive mail from other servers.</summary>
    public InboundOptions Inbound { get; init; } = new();

    /// <summary>Maximum message size in bytes. Default: 25 MiB.</summary>
    public long MaxMessageSize { get; init; } = 26_214_400;

    /// <summary>Maximum number of recipients per message. Default: 100.</summary>
    public int Recipients { get; init; } = 100;

    public ConnectionLimits Limits { get; init; } = new(Login: TimeSpan.FromSeconds(30), Idle: TimeSpan.FromMinutes(5));

    /// <summary>
    /// Maximum time in which one message must arrive, however slowly the client sends. Default: 1 hour.
    /// </summary>
    public TimeSpan DataLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Time in which an arriving message may still complete when the server stops. Default: 8 seconds.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(8);
}
