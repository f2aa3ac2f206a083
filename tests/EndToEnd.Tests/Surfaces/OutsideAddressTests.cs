using System.Net;
using AgentPost.Host.Outside;

namespace AgentPost.EndToEnd.Tests.Surfaces;

sealed class OutsideAddressTests
{
    [TestCase("127.0.0.1")]
    [TestCase("127.255.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("10.1.2.3")]
    [TestCase("100.64.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.0.1")]
    [TestCase("224.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("::127.0.0.1")]
    [TestCase("fe80::1")]
    [TestCase("fd00::1")]
    [TestCase("ff02::1")]
    [TestCase("2001:db8::1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("64:ff9b::10.0.0.1")]
    [TestCase("2002:7f00:1::")]
    public void What_is_not_for_the_Internet_is_not_public(string address) => Assert.That(OutsideAddress.IsPublic(IPAddress.Parse(address)), Is.False);

    [TestCase("8.8.8.8")]
    [TestCase("172.32.0.1")]
    [TestCase("100.128.0.1")]
    [TestCase("2606:4700::1111")]
    [TestCase("::ffff:8.8.8.8")]
    [TestCase("64:ff9b::8.8.8.8")]
    public void Other_addresses_are(string address) => Assert.That(OutsideAddress.IsPublic(IPAddress.Parse(address)), Is.True);

    [Test]
    public async Task Numbers_that_mean_a_loopback_address_are_looked_through([Values("2130706433", "0x7f.1", "127.1")] string host)
    {
        try
        {
            Assert.That(OutsideAddress.IsPublic(await OutsideAddress.ResolveAsync(host, new(), default)));
        }
        catch (OutsideRefusedException)
        {
            // As it should be.
        }
    }
}
