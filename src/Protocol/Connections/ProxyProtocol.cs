using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Reads the header of the PROXY protocol, version 2, which a proxy sends before the first byte of its client.
/// Connections from the listed proxies must start with a header. On other connections it is never read.
/// </summary>
public sealed class ProxyProtocol(NetworkList proxies)
{
    public static ProxyProtocol None { get; } = new(NetworkList.Empty);

    /// <summary>Timeout for the proxy to send its header. Default: 5 seconds.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Replaces the proxy's address with the client's. Returns false if there is no valid header; the connection must
    /// then end. Reads nothing after the header.
    /// </summary>
    internal async Task<bool> ReadAsync(ConnectionContext context, ILogger logger)
    {
        if (!proxies.Contains(ClientConnection.AddressOf(context.RemoteEndPoint)))
        {
            return true;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        limit.CancelAfter(HeaderTimeout);
        try
        {
            if (await ReadHeaderAsync(context, limit.Token) is not { } header)
            {
                Log.ProxyHeaderInvalid(logger, context.RemoteEndPoint);
                context.Abort(new("The connection of a proxy does not start with a PROXY header, version 2."));
                return false;
            }
            context.RemoteEndPoint = header.Client ?? context.RemoteEndPoint;
            return true;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            Log.ProxyHeaderInvalid(logger, context.RemoteEndPoint);
            context.Abort(new("The PROXY header did not come in time."));
            return false;
        }
    }

    static async Task<ProxyHeader?> ReadHeaderAsync(ConnectionContext context, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await context.Transport.Input.ReadAsync(cancellation);
            var (status, length, header) = Parse(read.Buffer);
            if (status is OperationStatus.Done)
            {
                context.Transport.Input.AdvanceTo(read.Buffer.GetPosition(length));
                return header;
            }
            if (status is OperationStatus.InvalidData || read.IsCompleted)
            {
                context.Transport.Input.AdvanceTo(read.Buffer.Start);
                return null;
            }
            context.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static (OperationStatus Status, int Length, ProxyHeader? Header) Parse(ReadOnlySequence<byte> buffer)
    {
        Span<byte> octets = stackalloc byte[ProxyHeader.MaxLength];
        octets = octets[..(int)Math.Min(buffer.Length, octets.Length)];
        buffer.Slice(0, octets.Length).CopyTo(octets);
        var status = ProxyHeader.TryParse(octets, out var length, out var header);
        return (status, length, header);
    }
}
