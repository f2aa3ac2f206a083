using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Engine;
using AgentPost.Protocol.Smtp.Receivers;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp;

/// <summary>
/// Handles Kestrel connections for submission, one session each. Configure <see cref="TlsMiddleware"/> before it, for
/// implicit TLS or for STARTTLS.
/// </summary>
public sealed class SmtpConnectionHandler : ConnectionHandler
{
    readonly SmtpServices _services;
    readonly SmtpEngine _engine;

    public SmtpConnectionHandler(
        SmtpOptions options,
        MailStore store,
        ConnectionGuard guard,
        SessionRegistry registry,
        TimeProvider time,
        ILogger<SmtpConnectionHandler> logger)
    {
        _services = new(options, store, guard, registry, time, logger)
        {
            CreateReceiver = (context, login) => new SubmissionReceiver(context, login!),
        };
        _engine = new(_services);
    }

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var client = new ClientConnection(connection, _services.Options.Limits, _services.Time);
        await using var context = new SmtpContext(_services, client);
        await _engine.RunAsync(context);
    }
}
