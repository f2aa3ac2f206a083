using System.Net;
using System.Net.Sockets;
using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Tests.Dns;

/// <summary>A server that sends what the tests give it.</summary>
[CancelAfter(60_000)]
sealed class DnsForgeryTests
{
    [Test]
    public async Task What_fits_another_question_is_passed_over(CancellationToken cancellation)
    {
        using var socket = Listen();
        var client = new DnsClient(new([(IPEndPoint)socket.LocalEndPoint!]), TimeProvider.System);
        var query = client.QueryAsync("a.test", DnsType.Txt, cancellation);
        var (peer, id) = await ReceiveAsync(socket, cancellation);

        foreach (var packet in (byte[][])[[1, 2, 3], Text(id, "b.test", "wrong name"), Text((ushort)(id + 1), "a.test", "wrong id"), Text(id, "A.test", "right")])
        {
            await socket.SendToAsync(packet, peer, cancellation);
        }

        Assert.That((await query).Texts, Is.EqualTo(["right"]));
    }

    [Test]
    public async Task Records_of_other_names_do_not_count(CancellationToken cancellation)
    {
        using var socket = Listen();
        var client = new DnsClient(new([(IPEndPoint)socket.LocalEndPoint!]), TimeProvider.System);
        var query = client.QueryAsync("a.test", DnsType.Txt, cancellation);
        var (peer, id) = await ReceiveAsync(socket, cancellation);
        await socket.SendToAsync(DnsPacket.Answer(id, "a.test", answers: 1).Name("b.test").Record(16, 60, [1, 65]).Octets, peer, cancellation);

        Assert.That((await query).Outcome, Is.EqualTo(DnsOutcome.NoData));
    }

    [Test]
    public async Task Silence_is_a_timeout_after_all_rounds(CancellationToken cancellation)
    {
        using var socket = Listen();
        var options = new DnsOptions([(IPEndPoint)socket.LocalEndPoint!]) { Timeout = TimeSpan.FromMilliseconds(50), Rounds = 3 };

        var answer = await new DnsClient(options, TimeProvider.System).QueryAsync("a.test", DnsType.Txt, cancellation);

        Assert.That(answer.Outcome, Is.EqualTo(DnsOutcome.Timeout));
        for (var round = 0; round < 3; round++)
        {
            await ReceiveAsync(socket, cancellation);
        }
        Assert.That(socket.Available, Is.Zero);
    }

    [Test]
    public async Task That_there_is_nothing_is_remembered_as_long_as_the_authority_says(CancellationToken cancellation)
    {
        var time = new ManualTime();
        using var socket = Listen();
        var client = new DnsClient(new([(IPEndPoint)socket.LocalEndPoint!]), time);
        byte[] authority = [0, 0, .. new byte[16], 0, 0, 0, 30];

        var query = client.QueryAsync("a.test", DnsType.Txt, cancellation);
        var (peer, id) = await ReceiveAsync(socket, cancellation);
        await socket.SendToAsync(DnsPacket.Answer(id, "a.test", 3, 0, 1).Name("test").Record(6, 900, authority).Octets, peer, cancellation);

        Assert.That((await query).Outcome, Is.EqualTo(DnsOutcome.NoSuchName));
        time.Pass(TimeSpan.FromSeconds(29));
        Assert.That((await client.QueryAsync("a.test", DnsType.Txt, cancellation)).Outcome, Is.EqualTo(DnsOutcome.NoSuchName));
        time.Pass(TimeSpan.FromSeconds(2));
        query = client.QueryAsync("a.test", DnsType.Txt, cancellation);
        (peer, id) = await ReceiveAsync(socket, cancellation);
        await socket.SendToAsync(Text(id, "a.test", "now"), peer, cancellation);
        Assert.That((await query).Texts, Is.EqualTo(["now"]));
    }

    [Test]
    public async Task Aliases_that_lead_in_a_circle_end(CancellationToken cancellation)
    {
        using var socket = Listen();
        var client = new DnsClient(new([(IPEndPoint)socket.LocalEndPoint!]), TimeProvider.System);
        var query = client.QueryAsync("a.test", DnsType.Txt, cancellation);
        var questions = 0;
        while (!query.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var receiving = ReceiveAsync(socket, stop.Token);
            if (await Task.WhenAny(query, receiving) == query)
            {
                await stop.CancelAsync();
                await receiving.ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            }
            var (peer, id) = await receiving;
            questions++;
            // Without time to live nothing is remembered: each question comes.
            await socket.SendToAsync(DnsPacket.Answer(id, "a.test", answers: 1).Pointer(12).Record(5, 0, [0xC0, 12]).Octets, peer, cancellation);
        }
        Assert.That((await query).Outcome, Is.EqualTo(DnsOutcome.ServerFailure));
        Assert.That(questions, Is.LessThan(20));
    }

    [Test]
    public void The_cache_does_not_grow_without_end()
    {
        var cache = new DnsCache(new ManualTime());
        for (var number = 0; number < 30_000; number++)
        {
            cache.Add(new($"n{number}.test", DnsType.A), new(DnsOutcome.NoData, []), TimeSpan.FromSeconds(60));
        }
        Assert.That(cache.Count, Is.LessThanOrEqualTo(10_000));
    }

    [TestCase("192.0.2.1", "192.0.2.1:53")]
    [TestCase("192.0.2.1:5353, [2001:db8::1]:54 2001:db8::2", "192.0.2.1:5353|[2001:db8::1]:54|[2001:db8::2]:53")]
    [TestCase("dns.example", null)]
    public void Servers_are_addresses_with_or_without_ports(string text, string? expected) =>
        Assert.That(DnsOptions.Parse(text) is { } options ? string.Join('|', options.Servers) : null, Is.EqualTo(expected));

    [Test]
    public void Servers_of_the_system_are_those_of_its_file()
    {
        var servers = DnsOptions.ReadServers(["# comment", "search test", "nameserver 192.0.2.1", "nameserver\t2001:db8::1", "nameserver nonsense"]);
        Assert.That(servers, Is.EqualTo([new IPEndPoint(IPAddress.Parse("192.0.2.1"), 53), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 53)]));
        Assert.That(DnsOptions.ReadServers([]), Is.EqualTo([new IPEndPoint(IPAddress.Loopback, 53)]));
    }

    [TestCase("bücher.test", "xn--bcher-kva.test")]
    [TestCase("_DMARC.Example.TEST.", "_dmarc.example.test")]
    [TestCase("", null)]
    [TestCase(".", null)]
    [TestCase("a..test", null)]
    [TestCase("a b.test", null)]
    public void Names_are_brought_into_one_form(string text, string? expected)
    {
        DnsName.TryNormalize(text, out var name);
        Assert.That(name, Is.EqualTo(expected));
    }

    static byte[] Text(ushort id, string name, string text) =>
        DnsPacket.Answer(id, name, answers: 1).Pointer(12).Record(16, 60, [(byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)]).Octets;

    static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    static async Task<(EndPoint Peer, ushort Id)> ReceiveAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[512];
        var read = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellation);
        return (read.RemoteEndPoint, (ushort)((buffer[0] << 8) | buffer[1]));
    }
}
