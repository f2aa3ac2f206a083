using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store;
using AgentPost.Store.Access;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Services and settings that all sessions of a listener share.</summary>
sealed record SmtpServices(
    SmtpOptions Options,
    MailStore Store,
    ConnectionGuard Guard,
    SessionRegistry Registry,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>Limits the message rate of other servers.</summary>
    public InboundRateLimiter Rates { get; } = new(Options.Inbound.MessagesPerMinute, Time);

    /// <summary>Null if messages are accepted without SPF, DKIM and DMARC.</summary>
    public Authenticator? Authenticator { get; init; }

    /// <summary>Creates the receiver of a session, after its login if the service requires one.</summary>
    public required Func<SmtpContext, Login?, IMailReceiver> CreateReceiver { get; init; }

    public bool RequiresLogin => Options.Service == SmtpService.Submission;
}
