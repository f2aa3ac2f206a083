using AgentPost.Protocol.Connections;
using AgentPost.Store;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>Services that all IMAP sessions of the instance share.</summary>
sealed record ImapServices(
    MailStore Store, ImapOptions Options, ConnectionGuard Guard, SessionRegistry Registry, TimeProvider Time, ILogger Logger);
