using System.Net;
using AgentPost.Host.Remote;

namespace AgentPost.EndToEnd.Tests.Surfaces;

sealed class PublicAddressResolverTests
{
    const int Samples = 200;

    static readonly PrivateAddresses Strict = new(AreAllowed: false, "Some:Setting");

    // RFC 6890: "this network", private use, shared (CGNAT), loopback, link-local, protocol assignments, documentation,
    // relays, benchmarking, multicast, future use.
    static readonly string[] Private =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ];

    // Just outside those.
    static readonly string[] Public =
    [
        "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    ];

    static readonly string[] PrivateIPv6 =
    [
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00::1", "ff02::1",
        "ff0e::1", "2001::1", "2001:db8::1", "3fff::1",
        "64:ff9b:1::8.8.8.8", "100::1", "5f00::1", "4000::1",
    ];

    [Test]
    public void Private_IPv4_addresses_are_not_public_in_any_form([ValueSource(nameof(Private))] string network)
    {
        var range = IPNetwork.Parse(network);
        foreach (var address in Enumerable.Range(0, Samples).Select(_ => RandomIn(range)).Append(range.BaseAddress))
        {
            Assert.That(Forms(address).Where(PublicAddressResolver.IsPublic), Is.Empty);
        }
    }

    [Test]
    public void Public_IPv4_addresses_are_public_in_every_form([ValueSource(nameof(Public))] string address) =>
        Assert.That(Forms(IPAddress.Parse(address)).Where(form => !PublicAddressResolver.IsPublic(form)), Is.Empty);

    [Test]
    public void Special_IPv6_addresses_are_not_public([ValueSource(nameof(PrivateIPv6))] string address) =>
        Assert.That(PublicAddressResolver.IsPublic(IPAddress.Parse(address)), Is.False);

    [TestCase("2606:4700::1111")]
    [TestCase("2001:4860:4860::8888")]
    [TestCase("2a00:1450:4001:80b::200e")]
    public void Other_IPv6_addresses_are_public(string address) =>
        Assert.That(PublicAddressResolver.IsPublic(IPAddress.Parse(address)), Is.True);

    [Test]
    public void Numbers_that_mean_a_loopback_address_are_refused([Values("2130706433", "0x7f.1", "127.1", "0", "0177.0.0.1")] string host) =>
        Assert.That(
            async () =>
                await PublicAddressResolver.FindAsync(host, Strict, default), Throws.TypeOf<RemoteServerException>());

    [Test]
    public async Task The_error_does_not_reveal_whether_a_private_name_exists()
    {
        Assert.That(
            await ErrorAsync("localhost"), Is.EqualTo(
                (await ErrorAsync("no-such-name.invalid")).Replace(
                    "no-such-name.invalid", "localhost", StringComparison.Ordinal)));

        static async Task<string> ErrorAsync(string host)
        {
            try
            {
                return $"found {string.Join(", ", await PublicAddressResolver.FindAsync(host, Strict, default))}";
            }
            catch (RemoteServerException refused)
            {
                return refused.Message;
            }
        }
    }

    [Test]
    public async Task Private_addresses_are_found_where_a_setting_allows_them() =>
        Assert.That(
            await PublicAddressResolver.FindAsync("127.0.0.1", Strict with { AreAllowed = true }, default), Is.EqualTo(
                (IPAddress[])[IPAddress.Loopback]));

    /// <summary>An IPv4 address as such, IPv4-mapped, NAT64, 6to4 and SIIT.</summary>
    static IEnumerable<IPAddress> Forms(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return
        [
            address,
            address.MapToIPv6(),
            new([.. IPAddress.Parse("64:ff9b::").GetAddressBytes()[..12], .. bytes]),
            new([0x20, 0x02, .. bytes, .. new byte[10]]),
            new([.. IPAddress.Parse("::ffff:0:0:0").GetAddressBytes()[..12], .. bytes]),
        ];
    }

    static IPAddress RandomIn(IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var bit = network.PrefixLength; bit < 32; bit++)
        {
            bytes[bit / 8] |= (byte)(TestContext.CurrentContext.Random.Next(2) << (7 - (bit % 8)));
        }
        return new(bytes);
    }
}
