using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What all sessions share.</summary>
sealed record SmtpServices(
    SmtpOptions Options, MailStore Store, ConnectionGuard Guard, SessionRegistry Registry, TimeProvider Time, ILogger Logger)
{
    /// <summary>Of the services that take mail from other servers.</summary>
    public PeerRates Rates { get; } = new(Options.Inbound.MessagesPerMinute, Time);

    /// <summary>Null: messages are taken as they are.</summary>
    public Authenticator? Authenticator { get; init; }
}
