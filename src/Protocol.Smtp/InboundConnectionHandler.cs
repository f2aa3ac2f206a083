using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Engine;
using AgentPost.Protocol.Smtp.Receivers;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp;

/// <summary>Handles Kestrel connections for inbound mail (MX or LMTP, as the options say), one session each.</summary>
public sealed class InboundConnectionHandler : ConnectionHandler
{
    readonly SmtpServices _services;
    readonly SmtpEngine _engine;

    /// <param name="guard">
    /// Guard of this listener only. The listener has no logins, so connections count until they end.
    /// </param>
    /// <param name="authenticator">Null if messages are accepted without SPF, DKIM and DMARC.</param>
    public InboundConnectionHandler(
        SmtpOptions options,
        MailStore store,
        ConnectionGuard guard,
        Authenticator? authenticator,
        TimeProvider time,
        ILogger<InboundConnectionHandler> logger)
    {
        _services = new(options, store, guard, new(time), time, logger)
        {
            Authenticator = authenticator,
            CreateReceiver = (context, _) => new InboundReceiver(context),
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
