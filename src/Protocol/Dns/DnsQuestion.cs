using System.Buffers.Binary;
using System.Text;

namespace AgentPost.Protocol.Dns;

/// <summary>One query, as sent on the wire.</summary>
/// <param name="Name">A name normalized by <see cref="DnsName.TryNormalize"/>.</param>
readonly record struct DnsQuestion(string Name, DnsType Type)
{
    /// <summary>
    /// Maximum datagram size in bytes, which fits into one packet on all networks. Longer answers are fetched over TCP.
    /// </summary>
    public const int DatagramLimit = 1232;

    const int HeaderOctets = 12;
    const int InternetClass = 1;
    const int OptionsType = 41;
    const ushort RecursionDesired = 0x0100;

    // RFC 1035 §4.1: header, question; RFC 6891 §6.1.2: an OPT record whose class is the maximum datagram size.
    public byte[] Write(ushort id)
    {
        var message = new byte[HeaderOctets + Name.Length + 2 + 4 + 11];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        message[5] = 1;
        message[11] = 1;
        var rest = WriteName(message.AsSpan(HeaderOctets));
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], InternetClass);
        BinaryPrimitives.WriteUInt16BigEndian(rest[5..], OptionsType);
        BinaryPrimitives.WriteUInt16BigEndian(rest[7..], DatagramLimit);
        return message;
    }

    // domain name = *( length label ) 0
    Span<byte> WriteName(Span<byte> target)
    {
        foreach (var label in Name.Split('.'))
        {
            target[0] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, target[1..]);
            target = target[(label.Length + 1)..];
        }
        return target[1..];
    }
}
