using System.Net;
using System.Net.Sockets;

namespace AgentPost.Support;

/// <summary>
/// Ports for servers that a test starts. They lie below the range from which the system takes ports for outgoing connections (Linux: 32768 on), so no
/// connection can take one between its choice and the server's bind, and none is given twice before all were.
/// </summary>
public static class LoopbackPorts
{
    const int First = 10_000;
    const int Count = 22_000;

    // Test programs that run at the same time begin at different places.
    static int _next = Random.Shared.Next(Count);

    /// <summary>A port on which no program listens, neither by TCP nor by UDP.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp))
            {
                return port;
            }
        }
        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            // All addresses: some servers under test listen on more than 127.0.0.1.
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
