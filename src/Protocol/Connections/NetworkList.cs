using System.Net;

namespace AgentPost.Protocol.Connections;

/// <summary>IP addresses and networks from a setting. An IPv4 address also matches in IPv6-mapped form.</summary>
public sealed class NetworkList(IReadOnlyList<IPNetwork> networks)
{
    public static NetworkList Empty { get; } = new([]);

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }

    /// <summary>
    /// Parses addresses and networks (<c>192.0.2.0/24</c>), separated by spaces or commas. Returns null if an entry is
    /// invalid.
    /// </summary>
    public static NetworkList? Parse(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var word in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(word, out var address))
            {
                networks.Add(new(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(word, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }
        return new(networks);
    }
}
