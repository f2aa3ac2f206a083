using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Support;

/// <summary>
/// A way to a Postgres server that can be cut: a loopback port whose connections lead to the server. To the program, a
/// cut is a database that is down. Disposing cuts it permanently.
/// </summary>
public abstract class DatabaseRelay : IAsyncDisposable
{
    readonly EndPoint _server;
    readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    Socket? _listener;

    protected DatabaseRelay(EndPoint server)
    {
        _server = server;
        Restore();
    }

    public int Port { get; } = LoopbackPorts.Next();

    /// <summary>Ends all connections and refuses new ones.</summary>
    public void Cut()
    {
        _listener?.Dispose();
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    public void Restore()
    {
        _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _listener.Listen();
        _ = AcceptAsync(_listener);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Decides for a new connection which of its bytes are lost.</summary>
    protected abstract IRelayedConnection Open();

    async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                return;
            }
            var server = _server is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await server.ConnectAsync(_server);
            }
            catch (SocketException)
            {
                // Same as a server that is down.
                client.Dispose();
                server.Dispose();
                continue;
            }
            client.NoDelay = true;
            var connection = Open();
            _ = PumpAsync(client, server, connection.LosesRequest);
            _ = PumpAsync(server, client, connection.LosesReply);
        }
    }

    async Task PumpAsync(Socket from, Socket to, Func<ReadOnlySpan<byte>, bool> loses)
    {
        _sockets[from] = true;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count && !loses(buffer.AsSpan(0, count)))
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
        }
        _sockets.TryRemove(from, out _);
        from.Dispose();
        to.Dispose();
    }
}

/// <summary>One connection through a <see cref="DatabaseRelay"/>. Bytes that are lost end it.</summary>
public interface IRelayedConnection
{
    bool LosesRequest(ReadOnlySpan<byte> bytes);

    bool LosesReply(ReadOnlySpan<byte> bytes);
}
