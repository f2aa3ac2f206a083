using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp;

/// <summary>Kestrel's door to submission: one session per connection. Put <see cref="TlsMiddleware"/> in front of it, for implicit TLS or for STARTTLS.</summary>
public sealed class SmtpConnectionHandler(
    SmtpOptions options, MailStore store, ConnectionGuard guard, SessionRegistry registry, TimeProvider time, ILogger<SmtpConnectionHandler> logger)
    : ConnectionHandler
{
    readonly SmtpServices _services = new(options, store, guard, registry, time, logger);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var client = new ClientConnection(connection, options.Limits, time);
        await using var context = new SessionContext(_services, client);
        await new SmtpSession(context).RunAsync();
    }
}
