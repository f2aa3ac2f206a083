using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace AgentPost.Protocol.Connections;

/// <summary>A header of the PROXY protocol, version 2 (haproxy.org, doc/proxy-protocol.txt §2.2).</summary>
/// <param name="Client">Null if the connection is the proxy's own (LOCAL), or the client has no IP address.</param>
sealed record ProxyHeader(IPEndPoint? Client)
{
    /// <summary>Maximum header length in bytes. A longer header is invalid.</summary>
    public const int MaxLength = 4096;

    const int FixedLength = 16;
    const byte Local = 0x20;
    const byte Proxy = 0x21;
    const byte Unspecified = 0x00;
    const byte TcpOverIpv4 = 0x11;
    const byte TcpOverIpv6 = 0x21;
    const byte UnixStream = 0x31;

    static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>
    /// Parses the bytes that have arrived. Returns whether the header is complete, incomplete or invalid.
    /// </summary>
    public static OperationStatus TryParse(ReadOnlySpan<byte> octets, out int length, out ProxyHeader? header)
    {
        (length, header) = (0, null);
        var known = Math.Min(octets.Length, Signature.Length);
        if (!octets[..known].SequenceEqual(Signature[..known])
            || (octets.Length > 12 && octets[12] is not (Local or Proxy)))
        {
            return OperationStatus.InvalidData;
        }
        if (octets.Length < FixedLength)
        {
            return OperationStatus.NeedMoreData;
        }
        length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (length > MaxLength)
        {
            return OperationStatus.InvalidData;
        }
        if (octets.Length < length)
        {
            return OperationStatus.NeedMoreData;
        }
        return octets[12] == Local
            ? Done(new((IPEndPoint?)null), out header)
            : ReadAddresses(octets[13], octets[FixedLength..length], out header);
    }

    // proxy_addr: source address, destination address, source port, destination port; then TLVs, which are ignored
    static OperationStatus ReadAddresses(byte family, ReadOnlySpan<byte> addresses, out ProxyHeader? header)
    {
        header = null;
        return family switch
        {
            TcpOverIpv4 when addresses.Length >= 12 => Done(Of(addresses[..4], addresses[8..]), out header),
            TcpOverIpv6 when addresses.Length >= 36 => Done(Of(addresses[..16], addresses[32..]), out header),
            Unspecified or UnixStream => Done(new((IPEndPoint?)null), out header),
            _ => OperationStatus.InvalidData,
        };
    }

    static ProxyHeader Of(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) =>
        new(new IPEndPoint(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port)));

    static OperationStatus Done(ProxyHeader read, out ProxyHeader? header)
    {
        header = read;
        return OperationStatus.Done;
    }
}
