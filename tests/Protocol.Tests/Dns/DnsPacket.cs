using System.Buffers.Binary;
using System.Text;

namespace AgentPost.Protocol.Tests.Dns;

/// <summary>Writes servers' messages by hand, also wrong ones.</summary>
sealed class DnsPacket
{
    readonly List<byte> _octets = [];

    public byte[] Octets => [.. _octets];

    public int Length => _octets.Count;

    /// <summary>A header with the response bit, and one question for TXT.</summary>
    public static DnsPacket Answer(ushort id, string question, int code = 0, int answers = 0, int authorities = 0) => new DnsPacket()
        .Number(id).Number(0x8180 | code).Number(1).Number(answers).Number(authorities).Number(0)
        .Name(question).Number(16).Number(1);

    public DnsPacket Number(int value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return Raw(octets);
    }

    public DnsPacket Time(int seconds) => Number(seconds >> 16).Number(seconds);

    public DnsPacket Name(string name)
    {
        foreach (var label in name.Split('.'))
        {
            Raw([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        }
        return Raw([0]);
    }

    public DnsPacket Pointer(int target) => Number(0xC000 | target);

    public DnsPacket Record(int type, int seconds, byte[] data) => Number(type).Number(1).Time(seconds).Number(data.Length).Raw(data);

    public DnsPacket Raw(params byte[] octets)
    {
        _octets.AddRange(octets);
        return this;
    }
}
