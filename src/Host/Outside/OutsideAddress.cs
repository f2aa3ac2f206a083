using System.Net;
using System.Net.Sockets;
using AgentPost.Host.Settings;

namespace AgentPost.Host.Outside;

/// <summary>
/// The address behind the name of a server that a caller of the API names. It is looked up here, and the connection goes to the very address that was found good, so that a
/// name cannot be led elsewhere in between.
/// </summary>
static class OutsideAddress
{
    // RFC 6890 and its registries: what is not for the public Internet.
    static readonly IPNetwork[] Reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    // Addresses that lead to an IPv4 address in their last, or in other, octets.
    static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>An address of the host, IPv4 before IPv6. Throws <see cref="OutsideRefusedException"/> when there is none, or none that may be connected to.</summary>
    public static async Task<IPAddress> ResolveAsync(string host, OutsideLimits limits, CancellationToken cancellation)
    {
        var addresses = await LookUpAsync(host, cancellation);
        if (limits.AllowPrivateAddresses)
        {
            return addresses[0];
        }
        return addresses.FirstOrDefault(IsPublic)
            ?? throw new OutsideRefusedException($"{host} has a private or loopback address, and those are not allowed here (Surfaces:AllowPrivateAddresses)");
    }

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }
        if (Nat64.Contains(address))
        {
            return IsPublic(new IPAddress(address.GetAddressBytes()[12..]));
        }
        if (SixToFour.Contains(address))
        {
            return IsPublic(new IPAddress(address.GetAddressBytes()[2..6]));
        }
        return !Reserved.Any(network => network.Contains(address));
    }

    static async Task<IReadOnlyList<IPAddress>> LookUpAsync(string host, CancellationToken cancellation)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellation);
            return found.Length > 0 ? [.. found.OrderBy(address => address.AddressFamily is not AddressFamily.InterNetwork)] : throw NoSuchHost(host, null);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            throw NoSuchHost(host, failure);
        }
    }

    static OutsideRefusedException NoSuchHost(string host, Exception? failure) => new($"{host} has no address: is the name right?", failure);
}

/// <summary>A server is not connected to; the message says why.</summary>
sealed class OutsideRefusedException(string message, Exception? inner = null) : Exception(message, inner);
