using System.Net;
using AgentPost.Host.Api.Requests;
using AgentPost.Protocol.Connections;
using Microsoft.AspNetCore.Http;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Which client a request is from, when it comes through proxies that are trusted or not.</summary>
sealed class ForwardedClientTests
{
    static readonly NetworkList Trusted = NetworkList.Parse("127.0.0.1 10.0.0.0/8 2001:db8:1::/48")!;

    [TestCase("192.0.2.1", "198.51.100.7", null, "192.0.2.1", Description = "not from a proxy")]
    [TestCase("127.0.0.1", null, null, "127.0.0.1")]
    [TestCase("127.0.0.1", "198.51.100.7", null, "198.51.100.7")]
    [TestCase("::ffff:127.0.0.1", "198.51.100.7", null, "198.51.100.7")]
    [TestCase("127.0.0.1", "203.0.113.9, 198.51.100.7", null, "198.51.100.7", Description = "the client invents the first")]
    [TestCase("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", null, "198.51.100.7", Description = "two proxies")]
    [TestCase("127.0.0.1", "10.9.9.9, 10.1.2.3", null, "10.9.9.9", Description = "all are proxies")]
    [TestCase("127.0.0.1", "198.51.100.7:4711", null, "198.51.100.7")]
    [TestCase("127.0.0.1", "[2001:db8:2::1]:4711", null, "2001:db8:2::1")]
    [TestCase("127.0.0.1", "2001:db8:2::1", null, "2001:db8:2::1")]
    [TestCase("127.0.0.1", "::ffff:198.51.100.7", null, "198.51.100.7")]
    [TestCase("127.0.0.1", "198.51.100.7, unknown", null, "127.0.0.1")]
    [TestCase("127.0.0.1", "198.51.100.7, nonsense, 10.1.2.3", null, "10.1.2.3")]
    [TestCase("127.0.0.1", "1", null, "127.0.0.1")]
    [TestCase("127.0.0.1", "", null, "127.0.0.1")]
    [TestCase("127.0.0.1", null, "for=198.51.100.7", "198.51.100.7")]
    [TestCase("127.0.0.1", null, "For=\"[2001:db8:2::17]:4711\"", "2001:db8:2::17")]
    [TestCase("127.0.0.1", null, "for=203.0.113.9, for=198.51.100.7;proto=http;by=203.0.113.43", "198.51.100.7")]
    [TestCase("127.0.0.1", null, "proto=https; for=\"198.51.100.7:80\" , for=10.1.2.3", "198.51.100.7")]
    [TestCase("127.0.0.1", null, "for=198.51.100.7, for=_hidden", "127.0.0.1")]
    [TestCase("127.0.0.1", null, "for=198.51.100.7, host=\"a,b;for=203.0.113.9\";for=10.1.2.3", "198.51.100.7")]
    [TestCase("127.0.0.1", null, "host=x", "127.0.0.1")]
    [TestCase("127.0.0.1", "198.51.100.7", "for=198.51.100.7", "198.51.100.7")]
    [TestCase("127.0.0.1", "198.51.100.7", "for=203.0.113.9", "127.0.0.1", Description = "one of them is passed on as the client wrote it")]
    public void The_last_address_that_is_no_proxy_is_the_client(string connection, string? forwardedFor, string? forwarded, string expected)
    {
        var headers = new HeaderDictionary();
        if (forwardedFor is not null)
        {
            headers["X-Forwarded-For"] = forwardedFor;
        }
        if (forwarded is not null)
        {
            headers["Forwarded"] = forwarded;
        }
        Assert.That(new ForwardedClient(Trusted).Find(IPAddress.Parse(connection), headers)?.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Lines_of_a_header_are_one_list()
    {
        var headers = new HeaderDictionary { ["X-Forwarded-For"] = new(["203.0.113.9", "198.51.100.7, 10.1.2.3"]) };
        Assert.That(new ForwardedClient(Trusted).Find(IPAddress.Loopback, headers), Is.EqualTo(IPAddress.Parse("198.51.100.7")));
    }
}
