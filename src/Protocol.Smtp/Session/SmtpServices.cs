using AgentPost.Store;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>What all sessions share.</summary>
sealed record SmtpServices(
    SmtpOptions Options, MailStore Store, ConnectionGuard Guard, SessionRegistry Registry, TimeProvider Time, ILogger Logger);
