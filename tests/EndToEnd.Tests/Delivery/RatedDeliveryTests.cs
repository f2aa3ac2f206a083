using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Mail to Postfix, which is at home to two domains, with a rate for each.</summary>
sealed class RatedDeliveryTests
{
    const int AtOnce = 20;
    const int Later = 2;

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1) / AtOnce;

    [Test]
    public async Task What_is_above_the_rate_of_a_domain_leaves_later_in_its_order_and_holds_up_no_other()
    {
        await using var peer = await Postfix.StartAsync("slow.test other.test", null, IPAddress.Parse("127.0.1.1"));
        await using var dns = await DnsServer.StartAsync("host-record=slow.test,127.0.1.1", "host-record=other.test,127.0.1.1");
        await using var sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "direct"), ("AGENTPOST_DELIVERY__ALLOWPRIVATEADDRESSES", "true"),
            ("AGENTPOST_DELIVERY__PORT", $"{peer.Port}"), ("AGENTPOST_DNS__SERVERS", dns.EndPoint.ToString()),
            ("AGENTPOST_DELIVERY__CONNECTIONSPERDESTINATION", "1"), ("AGENTPOST_DELIVERY__MESSAGESPERMINUTEPERDESTINATION", $"{AtOnce}"));
        var watch = Stopwatch.StartNew();
        await using (var smtp = await sender.Program.LogInToSmtpAsync())
        {
            for (var i = 0; i < AtOnce + Later; i++)
            {
                await smtp.SubmitAsync(ProgramUnderTest.Inbox, ["zoe@slow.test"], Mail.FromAgent($"slow{i}"));
            }
            await smtp.SubmitAsync(ProgramUnderTest.Inbox, ["zoe@other.test"], Mail.FromAgent("other"));
        }
        await peer.MessageAsync("zoe@other.test");
        await Eventually.IsAsync(() => peer.Messages("zoe@slow.test").Count >= AtOnce, "what may leave at once");
        Assert.That(
            await sender.SqlAsync<long>("select count(*) from queue where destination = 'slow.test' and attempts = 0 and leased_until is null"), Is.GreaterThan(0),
            "None waits.");

        await sender.SentShowsAsync([.. Enumerable.Repeat("$Delivered", AtOnce + Later + 1)]);
        Assert.That(watch.Elapsed, Is.GreaterThan(Later * Interval));
        Assert.That(Received(peer).Where(id => id != "other"), Is.EqualTo(Enumerable.Range(0, AtOnce + Later).Select(i => $"slow{i}")));
        Assert.That(Received(peer).ToList().IndexOf("other"), Is.LessThan(AtOnce + Later));
    }

    static IEnumerable<string> Received(Postfix peer) => Regex.Matches(peer.Log, "message-id=<(.*)@agentpost.test>").Select(match => match.Groups[1].Value);
}
