using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Compares and formats addresses for SPF.</summary>
static class SpfAddresses
{
    /// <summary>The network of an address. Host bits are ignored.</summary>
    public static IPNetwork Network(IPAddress address, int bits)
    {
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
        {
            var kept = Math.Clamp(bits - (8 * i), 0, 8);
            octets[i] &= (byte)(0xFF << (8 - kept));
        }
        return new(new(octets), bits);
    }

    /// <summary>
    /// The value of macro i: IPv4 with dots, IPv6 as hexadecimal digits separated by dots (RFC 7208 §7.3).
    /// </summary>
    public static string Spell(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString()
        : string.Join('.', address.GetAddressBytes().Select(octet => string.Create(CultureInfo.InvariantCulture, $"{octet >> 4:x}.{octet & 15:x}")));
}
