using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// The first middleware of every listener. Counts each connection from accept on, including its TLS handshake, in total
/// and per address. Reads the PROXY header of connections from a proxy.
/// </summary>
public sealed class AcceptMiddleware(ConnectionTotal total, ConnectionGuard guard, ILogger<AcceptMiddleware> logger)
{
    /// <summary>Maximum number of rejected connections that may complete the handshake to receive the reason.</summary>
    const int MaxExplained = 16;

    int _explained;

    /// <summary>The proxies whose connections start with a PROXY header.</summary>
    public ProxyProtocol ProxyProtocol { get; init; } = ProxyProtocol.None;

    /// <summary>Proxies shared by many clients. Their connections count toward the total only.</summary>
    public NetworkList SharedAddresses { get; init; } = NetworkList.Empty;

    public ConnectionDelegate Accept(ConnectionDelegate next) => context => AcceptAsync(context, next);

    async Task AcceptAsync(ConnectionContext context, ConnectionDelegate next)
    {
        if (!total.TryAdd())
        {
            Log.TotalReached(logger, context.RemoteEndPoint);
            context.Abort(new("The server has too many connections."));
            return;
        }
        try
        {
            if (await ProxyProtocol.ReadAsync(context, logger))
            {
                await AdmitAsync(context, next);
            }
        }
        finally
        {
            total.Remove();
        }
    }

    async Task AdmitAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var address = ClientConnection.AddressOf(context.RemoteEndPoint);
        if (SharedAddresses.Contains(address))
        {
            await next(context);
            return;
        }
        using var admission = guard.TryAdmit(
            address, () => context.Abort(new("A newer connection of the address needs the slot.")));
        context.Features.Set(new AcceptedConnection(admission));
        if (admission is not null)
        {
            await next(context);
            return;
        }
        Log.AddressLimitReached(logger, context.RemoteEndPoint);
        try
        {
            if (Interlocked.Increment(ref _explained) <= MaxExplained)
            {
                await next(context);
            }
            else
            {
                context.Abort(new("Too many connections of the address wait for a login."));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _explained);
        }
    }
}

/// <summary>The admission of a connection at accept.</summary>
/// <param name="Admission">
/// Null if its address has too many connections that have not logged in. The connection then only receives this error.
/// </param>
public sealed record AcceptedConnection(Admission? Admission);
