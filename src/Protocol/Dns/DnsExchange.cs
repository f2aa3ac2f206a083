using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AgentPost.Protocol.Dns;

/// <summary>
/// Sends one query to one server: over UDP, with a separate source port and an unpredictable id, then over TCP if the
/// answer is truncated (RFC 1035 §4.2).
/// </summary>
static class DnsExchange
{
    /// <summary>
    /// Returns null if the answer is invalid or the server cannot be reached. The caller sets the timeout.
    /// </summary>
    public static async Task<DnsMessage?> AskAsync(IPEndPoint server, DnsQuestion question, CancellationToken cancellation)
    {
        var id = BinaryPrimitives.ReadUInt16BigEndian(RandomNumberGenerator.GetBytes(2));
        try
        {
            var message = await AskByDatagramAsync(server, question, id, cancellation);
            return message.IsTruncated ? await AskByStreamAsync(server, question, id, cancellation) : message;
        }
        catch (Exception unreachable) when (unreachable is SocketException or IOException)
        {
            return null;
        }
    }

    static async Task<DnsMessage> AskByDatagramAsync(IPEndPoint server, DnsQuestion question, ushort id, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // A connected socket receives only datagrams from the server's address and port.
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question.Write(id), cancellation);
        var buffer = new byte[DnsQuestion.DatagramLimit];
        while (true)
        {
            var length = await ReceiveAsync(socket, buffer, cancellation);
            // A datagram that does not match the query may be forged. Wait for the server's answer.
            if (Fitting(buffer.AsSpan(0, length), question, id) is { } message)
            {
                return message;
            }
        }
    }

    static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellation);
        }
        // Longer than the size advertised in the query, so not from the server.
        catch (SocketException tooLong) when (tooLong.SocketErrorCode == SocketError.MessageSize)
        {
            return 0;
        }
    }

    // RFC 1035 §4.2.2: each message is preceded by its length. Over TCP, others cannot forge an answer.
    static async Task<DnsMessage?> AskByStreamAsync(IPEndPoint server, DnsQuestion question, ushort id, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket);
        var message = question.Write(id);
        await stream.WriteAsync((byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message], cancellation);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellation);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(answer, cancellation);
        return Fitting(answer, question, id);
    }

    static DnsMessage? Fitting(ReadOnlySpan<byte> octets, DnsQuestion question, ushort id) =>
        DnsMessageReader.Read(octets) is { } message && message.Id == id && message.Question == question ? message : null;
}
