using System.Net;
using System.Net.Sockets;

namespace AgentPost.Host.Remote;

/// <summary>
/// Decides which addresses the server may connect to if an API caller, a recipient or third-party DNS chooses the host:
/// for remote accounts, webhooks and direct delivery. The connection must use the address that was checked here,
/// because a second lookup could return another one.
/// </summary>
static class PublicAddressResolver
{
    // RFC 6890 and the IANA registries of special-purpose addresses. IPv6 outside 2000::/3 is never public, so only
    // exceptions inside it are listed.
    static readonly IPNetwork[] Reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Prefixes of addresses that contain an IPv4 address, and the byte at which it starts: NAT64 (RFC 6052), 6to4 (RFC
    // 3056), SIIT (RFC 2765).
    static readonly (IPNetwork Prefix, int Start)[] Embedding =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12),
    ];

    /// <summary>
    /// Finds the addresses of a host that the server may connect to, IPv4 first. Throws RemoteServerException if there
    /// are none.
    /// </summary>
    public static async Task<IReadOnlyList<IPAddress>> FindAsync(
        string host, PrivateAddresses privateAddresses, CancellationToken cancellation)
    {
        var allowed = Allowed(await LookUpAsync(host, cancellation), privateAddresses)
            .OrderBy(address => address.AddressFamily is not AddressFamily.InterNetwork).ToList();
        return allowed.Count > 0 ? allowed : throw new RemoteServerException(NoAddress(host, privateAddresses));
    }

    /// <summary>Returns the addresses that the server may connect to, in their order.</summary>
    public static IEnumerable<IPAddress> Allowed(IEnumerable<IPAddress> addresses, PrivateAddresses privateAddresses) =>
        privateAddresses.AreAllowed ? addresses : addresses.Where(IsPublic);

    /// <summary>True if the address is on the public Internet, including an IPv4 address written as IPv6.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            if (address.IsIPv4MappedToIPv6)
            {
                return IsPublic(address.MapToIPv4());
            }
            if (Array.Find(Embedding, form => form.Prefix.Contains(address)) is { Start: > 0 and var start })
            {
                return IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(start, 4)));
            }
            if (!GlobalUnicast.Contains(address))
            {
                return false;
            }
        }
        return !Reserved.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Formats the error for a host that the server cannot connect to. The text is the same for a name that does not
    /// resolve and for one that resolves to private addresses, so it does not reveal which names exist in the internal
    /// network.
    /// </summary>
    public static string NoAddress(string host, PrivateAddresses privateAddresses) => privateAddresses.AreAllowed
        ? $"{host} has no address: check the name"
        : $"{host} has no public address: check the name; private and loopback addresses need {privateAddresses.Setting}";

    static async Task<IReadOnlyList<IPAddress>> LookUpAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            return [];
        }
    }
}

/// <summary>Whether the server may connect to private and loopback addresses.</summary>
/// <param name="Setting">Name of the setting that allows them.</param>
readonly record struct PrivateAddresses(bool AreAllowed, string Setting)
{
    public static PrivateAddresses OfRemoteAccounts(Settings.Options options) =>
        new(options.Surfaces.AllowPrivateAddresses, "Surfaces:AllowPrivateAddresses");

    public static PrivateAddresses OfWebhooks(Settings.Options options) =>
        new(options.AllowPrivateWebhooks, "Webhooks:AllowPrivateAddresses");

    public static PrivateAddresses OfDelivery(Settings.DeliveryOptions options) =>
        new(options.AllowPrivateAddresses, "Delivery:AllowPrivateAddresses");
}
