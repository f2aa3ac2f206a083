using System.Net;
using AgentPost.Protocol.Dns;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Dns;

/// <summary>The client and a real server.</summary>
[CancelAfter(60_000)]
sealed class DnsClientTests
{
    static readonly string[] LongTexts = [.. Enumerable.Range(0, 8).Select(number => $"{number}{new string('x', 599)}")];

    DnsServer _server = null!;
    DnsClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await DnsServer.StartAsync([
            "host-record=host.test,192.0.2.1,2001:db8::1",
            "mx-host=mail.test,a.mail.test,10",
            "mx-host=mail.test,b.mail.test,5",
            "dns-rr=null.test,15,000000",
            "srv-host=_imaps._tcp.mail.test,a.mail.test,993,1,2",
            "txt-record=text.test,\"v=spf1 -all\"",
            "txt-record=parts.test,\"one \",\"two\"",
            "cname=alias.test,host.test",
            "cname=second.test,alias.test",
            "ptr-record=1.2.0.192.in-addr.arpa,host.test",
            "ptr-record=" + DnsName.Reverse(IPAddress.Parse("2001:db8::1")) + ",host.test",
            .. LongTexts.Select(text => "txt-record=long.test," + string.Join(',', text.Chunk(200).Select(part => new string(part))))]);
        _client = new(new([_server.EndPoint]), TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Addresses_of_both_families_are_found(CancellationToken cancellation)
    {
        var v4 = await _client.QueryAsync("host.test", DnsType.A, cancellation);
        var v6 = await _client.QueryAsync("HOST.test.", DnsType.Aaaa, cancellation);

        Assert.That(v4.Outcome, Is.EqualTo(DnsOutcome.Found));
        Assert.That(v4.Addresses, Is.EqualTo([IPAddress.Parse("192.0.2.1")]));
        Assert.That(v6.Addresses, Is.EqualTo([IPAddress.Parse("2001:db8::1")]));
    }

    [Test]
    public async Task Exchanges_come_with_their_preference(CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync("mail.test", DnsType.Mx, cancellation);

        Assert.That(answer.Exchanges.Select(record => (record.Preference, record.Exchange)), Is.EquivalentTo([(10, "a.mail.test"), (5, "b.mail.test")]));
    }

    [Test]
    public async Task A_domain_that_takes_no_mail_names_the_root(CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync("null.test", DnsType.Mx, cancellation);

        Assert.That(answer.Exchanges.Select(record => (record.Preference, record.Exchange)), Is.EqualTo([(0, "")]));
    }

    [Test]
    public async Task Services_come_with_their_port(CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync("_imaps._tcp.mail.test", DnsType.Srv, cancellation);

        Assert.That(
            answer.Services.Select(record => (record.Priority, record.Weight, record.Port, record.Target)), Is.EqualTo([(1, 2, 993, "a.mail.test")]));
    }

    [Test]
    public async Task Strings_of_a_text_are_joined_with_nothing_between(CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync("parts.test", DnsType.Txt, cancellation);

        Assert.That(answer.Texts, Is.EqualTo(["one two"]));
    }

    [Test]
    public async Task What_is_too_long_for_a_datagram_comes_by_TCP(CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync("long.test", DnsType.Txt, cancellation);

        Assert.That(answer.Texts, Is.EquivalentTo(LongTexts));
    }

    [Test]
    public async Task Aliases_are_followed(CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync("second.test", DnsType.A, cancellation);

        Assert.That(answer.Addresses, Is.EqualTo([IPAddress.Parse("192.0.2.1")]));
    }

    [TestCase("192.0.2.1")]
    [TestCase("2001:db8::1")]
    public async Task An_address_has_names(string address, CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync(DnsName.Reverse(IPAddress.Parse(address)), DnsType.ReverseName, cancellation);

        Assert.That(answer.Names, Is.EqualTo(["host.test"]));
    }

    [TestCase("host.test", DnsType.Txt, DnsOutcome.NoData)]
    [TestCase("nobody.test", DnsType.Txt, DnsOutcome.NoSuchName)]
    [TestCase("two..dots.test", DnsType.Txt, DnsOutcome.NoSuchName)]
    [TestCase("refused.example", DnsType.Txt, DnsOutcome.ServerFailure)]
    public async Task What_is_not_there_is_told_apart(string name, DnsType type, DnsOutcome expected, CancellationToken cancellation)
    {
        var answer = await _client.QueryAsync(name, type, cancellation);

        Assert.That(answer.Outcome, Is.EqualTo(expected));
        Assert.That(answer.Records, Is.Empty);
    }

    [Test]
    public async Task The_next_server_is_asked_when_one_does_not_listen(CancellationToken cancellation)
    {
        var client = new DnsClient(new([new(IPAddress.Loopback, LoopbackPorts.Next()), _server.EndPoint]), TimeProvider.System);

        var answer = await client.QueryAsync("text.test", DnsType.Txt, cancellation);

        Assert.That(answer.Texts, Is.EqualTo(["v=spf1 -all"]));
    }

    [Test]
    public async Task An_answer_is_remembered_as_long_as_it_says(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var server = await DnsServer.StartAsync("txt-record=text.test,here");
        var client = new DnsClient(new([server.EndPoint]), time);
        Assert.That((await client.QueryAsync("text.test", DnsType.Txt, cancellation)).Outcome, Is.EqualTo(DnsOutcome.Found));
        await server.StopAsync();

        time.Pass(TimeSpan.FromSeconds(59));
        Assert.That((await client.QueryAsync("TEXT.test", DnsType.Txt, cancellation)).Texts, Is.EqualTo(["here"]));
        time.Pass(TimeSpan.FromSeconds(2));
        Assert.That((await client.QueryAsync("text.test", DnsType.Txt, cancellation)).IsTemporaryFailure, Is.True);
    }
}
