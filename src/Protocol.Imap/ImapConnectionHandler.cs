using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Imap;

/// <summary>Serves IMAP on connections that already use TLS.</summary>
public sealed class ImapConnectionHandler(
    MailStore store,
    ImapOptions options,
    ConnectionGuard guard,
    SessionRegistry registry,
    TimeProvider time,
    ILogger<ImapConnectionHandler> logger) : ConnectionHandler
{
    readonly ImapServices _services = new(store, options, guard, registry, time, logger);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var client = new ClientConnection(connection, new(options.LoginLimit, options.IdleLimit), time);
        using var session = new ImapSession(client, _services);
        await session.RunAsync();
    }
}
