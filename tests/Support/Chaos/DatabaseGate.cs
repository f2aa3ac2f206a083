using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Support.Chaos;

/// <summary>
/// A host's way to one Postgres server: a loopback port whose connections can be cut, and lost around a COMMIT.
/// Disposing closes it.
/// </summary>
sealed class DatabaseGate : IAsyncDisposable
{
    static ReadOnlySpan<byte> Commit => "COMMIT"u8;

    readonly int _server;
    readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    Socket? _listener;
    int _loseBefore;
    int _loseAfter;

    public DatabaseGate(int serverPort)
    {
        _server = serverPort;
        Restore();
    }

    public int Port { get; } = LoopbackPorts.Next();

    /// <summary>Connections that were lost around a COMMIT.</summary>
    public int Lost { get; private set; }

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

    /// <summary>
    /// Breaks connections at their next COMMITs: some before the server receives it, some before its answer.
    /// </summary>
    public void LoseCommits(int before, int after) => (_loseBefore, _loseAfter) = (before, after);

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

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
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server);
            }
            catch (SocketException)
            {
                // As a server that is down.
                client.Close(0);
                continue;
            }
            client.NoDelay = true;
            _ = new Connection(this, client, server).RunAsync();
        }
    }

    sealed class Connection(DatabaseGate gate, Socket client, Socket server)
    {
        volatile bool _losesAnswer;

        public async Task RunAsync()
        {
            gate._sockets[client] = gate._sockets[server] = true;
            await Task.WhenAny(PumpRequestsAsync(), PumpAnswersAsync());
            client.Close(0);
            server.Close(0);
            gate._sockets.TryRemove(client, out _);
            gate._sockets.TryRemove(server, out _);
        }

        async Task PumpRequestsAsync()
        {
            var buffer = new byte[64 * 1024];
            while (await ReceiveAsync(client, buffer) is > 0 and var count)
            {
                if (buffer.AsSpan(0, count).IndexOf(Commit) >= 0)
                {
                    if (Interlocked.Decrement(ref gate._loseBefore) >= 0)
                    {
                        gate.Lost++;
                        return;
                    }
                    if (Interlocked.Decrement(ref gate._loseAfter) >= 0)
                    {
                        gate.Lost++;
                        _losesAnswer = true;
                    }
                }
                if (!await SendAsync(server, buffer.AsMemory(0, count)))
                {
                    return;
                }
            }
        }

        async Task PumpAnswersAsync()
        {
            var buffer = new byte[64 * 1024];
            while (await ReceiveAsync(server, buffer) is > 0 and var count)
            {
                if (_losesAnswer || !await SendAsync(client, buffer.AsMemory(0, count)))
                {
                    return;
                }
            }
        }

        static async Task<int> ReceiveAsync(Socket socket, byte[] buffer)
        {
            try
            {
                return await socket.ReceiveAsync(buffer);
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                return 0;
            }
        }

        static async Task<bool> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
        {
            try
            {
                while (!bytes.IsEmpty)
                {
                    bytes = bytes[await socket.SendAsync(bytes)..];
                }
                return true;
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
