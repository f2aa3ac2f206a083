using AgentPost.Host.Settings;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap;
using AgentPost.Protocol.Smtp;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentPost.Host.Serving;

/// <summary>
/// The connection layers that each port adds before the session. All ports share one count of connections. The slots of
/// one address are counted separately for mail logins, inbound mail and HTTP, so that none of them uses up the slots of
/// another.
/// </summary>
sealed class Ports(Options options, TlsCertificates certificates, ILoggerFactory loggers)
{
    // HTTP clients open many connections at once, and send their key with the first request.
    const int HttpFactor = 10;

    readonly ConnectionTotal _total = new(options.Connections);

    /// <summary>The guard of IMAP and submission connections.</summary>
    public ConnectionGuard MailGuard { get; } = new(Server.AsCount(options.ConnectionsPerAddress), TimeProvider.System);

    public ConnectionGuard HttpGuard { get; } = new(Server.AsCount(options.ConnectionsPerAddress), TimeProvider.System)
    {
        MaxConnectionsPerAddress = Server.AsCount(Math.Min(options.ConnectionsPerAddress, int.MaxValue) * HttpFactor),
    };

    public void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        ListenForClients(kestrel);
        ListenForServers(kestrel);
        if (options.HttpPort != 0)
        {
            var http = new AcceptMiddleware(_total, HttpGuard, loggers.CreateLogger<AcceptMiddleware>())
            {
                SharedAddresses = options.HttpTrustedProxies,
            };
            kestrel.Listen(options.HttpListen, options.HttpPort, listen => listen.Use(http.Accept));
        }
    }

    void ListenForClients(KestrelServerOptions kestrel)
    {
        var mail = Mail(MailGuard);
        if (options.ImapPort != 0)
        {
            var tls = Tls("* BYE This port speaks TLS only\r\n"u8);
            kestrel.Listen(options.Listen, options.ImapPort, listen => listen
                .Use(mail.Accept).Use(PromptAcknowledgement.Accept).Use(tls.Accept)
                .UseConnectionHandler<ImapConnectionHandler>());
        }
        if (options.SmtpPort != 0)
        {
            var tls = Tls("554 5.7.0 This port speaks TLS only\r\n"u8);
            kestrel.Listen(options.Listen, options.SmtpPort, listen => listen
                .Use(mail.Accept).Use(PromptAcknowledgement.Accept).Use(tls.Accept)
                .UseConnectionHandler<SmtpConnectionHandler>());
        }
        if (options.SmtpStartTlsPort != 0)
        {
            kestrel.Listen(options.Listen, options.SmtpStartTlsPort, listen => listen
                .Use(mail.Accept).Use(PromptAcknowledgement.Accept).Use(Tls(default).Offer)
                .UseConnectionHandler<SmtpConnectionHandler>());
        }
    }

    void ListenForServers(KestrelServerOptions kestrel)
    {
        if (options.MxPort != 0)
        {
            var guard = new ConnectionGuard(Server.AsCount(options.ConnectionsPerAddress), TimeProvider.System);
            var mx = InboundHandlers.Mx(options, guard, kestrel.ApplicationServices);
            kestrel.Listen(options.Listen, options.MxPort, listen => listen
                .Use(Mail(guard).Accept).Use(PromptAcknowledgement.Accept).Use(Tls(default).Offer)
                .Run(mx.OnConnectedAsync));
        }
        if (options.LmtpPort != 0)
        {
            var guard = new ConnectionGuard(int.MaxValue, TimeProvider.System);
            var lmtp = InboundHandlers.Lmtp(options, guard, kestrel.ApplicationServices);
            kestrel.Listen(options.LmtpListen, options.LmtpPort, listen => listen
                .Use(Mail(guard).Accept).Use(PromptAcknowledgement.Accept).Use(Tls(default).Offer)
                .Run(lmtp.OnConnectedAsync));
        }
    }

    AcceptMiddleware Mail(ConnectionGuard guard) => new(_total, guard, loggers.CreateLogger<AcceptMiddleware>())
    {
        ProxyProtocol = new(options.ProxyProtocol),
    };

    TlsMiddleware Tls(ReadOnlySpan<byte> plaintextAnswer) =>
        new(certificates, plaintextAnswer.ToArray(), loggers.CreateLogger<TlsMiddleware>());
}
