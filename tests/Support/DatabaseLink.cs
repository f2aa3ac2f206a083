using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Support;

/// <summary>
/// A way to a test database that can be cut: a loopback port whose connections lead to the database's Unix socket. To the program, a cut is a database
/// that is down. Disposing cuts it for good.
/// </summary>
public sealed class DatabaseLink : IAsyncDisposable
{
    readonly UnixDomainSocketEndPoint _database;
    readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    readonly IPEndPoint _address;
    Socket? _listener;

    /// <param name="connectionString">Of a database that is reached by a Unix socket.</param>
    public DatabaseLink(string connectionString)
    {
        var settings = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        _database = new(Path.Combine((string)settings["Host"], ".s.PGSQL.5432"));
        _address = new(IPAddress.Loopback, LoopbackPorts.Next());
        settings["Host"] = _address.Address.ToString();
        settings["Port"] = _address.Port.ToString(CultureInfo.InvariantCulture);
        ConnectionString = settings.ConnectionString;
        Restore();
    }

    public string ConnectionString { get; }

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
        _listener = new(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(_address);
        _listener.Listen();
        _ = AcceptAsync(_listener);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(_database);
                _ = PumpAsync(client, server);
                _ = PumpAsync(server, client);
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
        }
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        _sockets[from] = true;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
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
