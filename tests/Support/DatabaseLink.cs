using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

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
    volatile CommitLoss? _loss;

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

    /// <summary>
    /// Cuts the next connection that commits something with these octets in it. Returned is a task that ends when
    /// that has happened.
    /// </summary>
    /// <param name="point">Before the database sees the commit only if the program sends it as text ("Max Auto
    /// Prepare=0").</param>
    public Task LoseCommitOf(string octets, LostCommit point)
    {
        var loss = new CommitLoss(Encoding.ASCII.GetBytes(octets), point);
        _loss = loss;
        return loss.Happened.Task;
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
                var connection = new Connection();
                _ = PumpAsync(client, server, octets => IsLost(connection, octets, LostCommit.Request));
                _ = PumpAsync(server, client, octets => IsLost(connection, octets, LostCommit.Reply));
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
        }
    }

    bool IsLost(Connection connection, ReadOnlySpan<byte> octets, LostCommit direction)
    {
        if (_loss is not { } loss)
        {
            return false;
        }
        if (direction == LostCommit.Request && octets.IndexOf(loss.Octets) >= 0)
        {
            connection.IsMeant = true;
        }
        var commit = direction == LostCommit.Request ? "commit\0"u8 : "COMMIT\0"u8;
        if (!connection.IsMeant || loss.Point != direction || octets.IndexOf(commit) < 0)
        {
            return false;
        }
        _loss = null;
        loss.Happened.SetResult();
        return true;
    }

    async Task PumpAsync(Socket from, Socket to, Func<byte[], bool> isLost)
    {
        _sockets[from] = true;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count && !isLost(buffer[..count]))
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

    sealed class Connection
    {
        public bool IsMeant { get; set; }
    }

    sealed record CommitLoss(byte[] Octets, LostCommit Point)
    {
        public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What a cut keeps from its receiver.</summary>
public enum LostCommit
{
    /// <summary>The commit: the database rolls the transaction back.</summary>
    Request,

    /// <summary>The reply: the transaction is committed, and the program does not hear of it.</summary>
    Reply,
}
