using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp;

/// <summary>Kestrel's door to mail from other servers, MX or LMTP as the options say: one session per connection.</summary>
/// <param name="guard">Of this door alone: connections count here until they end.</param>
/// <param name="authenticator">Null: messages are taken as they are.</param>
public sealed class InboundConnectionHandler(
    SmtpOptions options, MailStore store, ConnectionGuard guard, Authenticator? authenticator, TimeProvider time, ILogger<InboundConnectionHandler> logger)
    : ConnectionHandler
{
    readonly SmtpServices _services = new(options, store, guard, new SessionRegistry(time), time, logger) { Authenticator = authenticator };

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var client = new ClientConnection(connection, options.Limits, time);
        await using var context = new SessionContext(_services, client);
        await new SmtpSession(context).RunAsync();
    }
}
