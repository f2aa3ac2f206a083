using System.Security.Cryptography;
using System.Text;

namespace AgentPost.Host.Setup;

/// <summary>Derives a UUID from a name, always the same: version 8, from its SHA-256 (RFC 9562 §5.8, §B.2).</summary>
static class NamedUuid
{
    const int Octets = 16;

    public static Guid Of(string name)
    {
        Span<byte> octets = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), octets);
        octets[6] = (byte)((octets[6] & 0x0F) | 0x80); // version
        octets[8] = (byte)((octets[8] & 0x3F) | 0x80); // variant
        return new(octets[..Octets], bigEndian: true);
    }
}
