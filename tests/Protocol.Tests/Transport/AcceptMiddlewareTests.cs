using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests;

/// <summary>Connections are counted from accept on, whatever they do; through a proxy each counts for its client.</summary>
[CancelAfter(60_000)]
sealed class AcceptMiddlewareTests
{
    const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    readonly string _folder = Directory.CreateTempSubdirectory("accept").FullName;
    readonly List<IDisposable> _open = [];
    TlsCertificates? _certificates;

    [OneTimeSetUp]
    public void MakeCertificate() => _certificates = TlsCertificates.FromPrivateCa(_folder, "localhost", NullLogger<TlsCertificates>.Instance, TimeProvider.System);

    [OneTimeTearDown]
    public void RemoveCertificate()
    {
        _certificates?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TearDown]
    public void Close()
    {
        _open.ForEach(connection => connection.Dispose());
        _open.Clear();
    }

    [Test]
    public async Task Half_open_handshakes_take_only_the_slots_of_their_address_and_give_them_up_to_newer_ones(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var guard = new ConnectionGuard(3, time);
        await using var listener = await ListenAsync(new(new(100), guard, NullLogger<AcceptMiddleware>.Instance), TimeSpan.FromMinutes(1));
        var silent = new List<TcpClient>();
        for (var i = 0; i < 3; i++)
        {
            silent.Add(await ConnectAsync(listener));
            // One byte of a handshake that never comes.
            await silent[i].GetStream().WriteAsync(new byte[] { 0x16 }, cancellation);
        }
        await EventuallyAsync(() => guard.CountOf(IPAddress.Loopback) == 3);
        Assert.That(await GreetingAsync(listener), Is.EqualTo("127.0.0.1\r\n"), "the oldest is replaced at once");
        Assert.That(await IsClosedAsync(silent[0], cancellation), Is.True);
        Assert.That(guard.CountOf(IPAddress.Parse("192.0.2.1")), Is.Zero);
    }

    [Test]
    public async Task A_handshake_that_does_not_end_is_ended(CancellationToken cancellation)
    {
        await using var listener = await ListenAsync(new(new(100), new(100, TimeProvider.System), NullLogger<AcceptMiddleware>.Instance), TimeSpan.FromMilliseconds(200));
        var client = await ConnectAsync(listener);
        await client.GetStream().WriteAsync(new byte[] { 0x16, 3, 1, 0, 200 }, cancellation);
        Assert.That(await IsClosedAsync(client, cancellation), Is.True);
    }

    [Test]
    public async Task Listeners_count_their_connections_together(CancellationToken cancellation)
    {
        var total = new ConnectionTotal(2);
        await using var first = await ListenClearAsync(new(total, new(100, TimeProvider.System), NullLogger<AcceptMiddleware>.Instance));
        await using var second = await ListenClearAsync(new(total, new(100, TimeProvider.System), NullLogger<AcceptMiddleware>.Instance));
        var (one, two) = (await ConnectAsync(first), await ConnectAsync(second));
        Assert.That(await ReadLineAsync(one, cancellation), Is.EqualTo("127.0.0.1"));
        Assert.That(await ReadLineAsync(two, cancellation), Is.EqualTo("127.0.0.1"));
        foreach (var listener in new[] { first, second })
        {
            Assert.That(await GreetedAsync(listener, cancellation), Is.Null);
        }
        one.Dispose();
        await EventuallyAsync(async () => await GreetedAsync(second, cancellation) == "127.0.0.1");
    }

    static IEnumerable<TestCaseData> Headers()
    {
        byte[] ipv4 = [192, 0, 2, 7, 127, 0, 0, 1, 0x12, 0x34, 0, 25];
        byte[] ipv6 = [.. IPAddress.Parse("2001:db8::7").GetAddressBytes(), .. IPAddress.IPv6Loopback.GetAddressBytes(), 0x12, 0x34, 0, 25];
        byte[] mapped = [.. IPAddress.Parse("::ffff:192.0.2.8").GetAddressBytes(), .. IPAddress.IPv6Loopback.GetAddressBytes(), 0x12, 0x34, 0, 25];
        byte[] extension = [0x04, 0, 3, 1, 2, 3];
        yield return new TestCaseData(Header(0x21, 0x11, ipv4), "192.0.2.7").SetArgDisplayNames("TCP over IPv4");
        yield return new TestCaseData(Header(0x21, 0x11, [.. ipv4, .. extension]), "192.0.2.7").SetArgDisplayNames("with an extension");
        yield return new TestCaseData(Header(0x21, 0x21, ipv6), "2001:db8::7").SetArgDisplayNames("TCP over IPv6");
        yield return new TestCaseData(Header(0x21, 0x21, mapped), "192.0.2.8").SetArgDisplayNames("IPv6-mapped");
        yield return new TestCaseData(Header(0x20, 0, []), "127.0.0.1").SetArgDisplayNames("LOCAL");
        yield return new TestCaseData(Header(0x20, 0x11, ipv4), "127.0.0.1").SetArgDisplayNames("LOCAL with addresses");
        yield return new TestCaseData(Header(0x21, 0, []), "127.0.0.1").SetArgDisplayNames("unspecified");
        yield return new TestCaseData(Header(0x21, 0x31, new byte[216]), "127.0.0.1").SetArgDisplayNames("UNIX");
        yield return new TestCaseData(Header(0x21, 0x11, ipv4[..11]), null).SetArgDisplayNames("too short");
        yield return new TestCaseData(Header(0x21, 0x12, ipv4), null).SetArgDisplayNames("UDP");
        yield return new TestCaseData(Header(0x22, 0x11, ipv4), null).SetArgDisplayNames("unknown command");
        yield return new TestCaseData(Header(0x11, 0x11, ipv4), null).SetArgDisplayNames("unknown version");
        yield return new TestCaseData(Header(0x21, 0x11, new byte[5000]), null).SetArgDisplayNames("too long");
        yield return new TestCaseData("PROXY TCP4 192.0.2.7 127.0.0.1 4660 25\r\n"u8.ToArray(), null).SetArgDisplayNames("version 1");
        yield return new TestCaseData("EHLO client.test\r\n"u8.ToArray(), null).SetArgDisplayNames("none");
        yield return new TestCaseData(new byte[] { 0x16, 3, 1, 0, 200 }, null).SetArgDisplayNames("a handshake");
    }

    [TestCaseSource(nameof(Headers))]
    public async Task A_proxy_names_the_client_in_its_header(byte[] header, string? expected, CancellationToken cancellation)
    {
        await using var listener = await ListenClearAsync(Proxied());
        foreach (var isInPieces in new[] { false, true })
        {
            var client = await ConnectAsync(listener);
            byte[] sent = [.. header, .. "NEXT\r\n"u8];
            if (isInPieces)
            {
                foreach (var octet in sent.Take(header.Length < 1000 ? sent.Length : 0))
                {
                    await SendAsync(client, [octet], cancellation);
                }
            }
            await SendAsync(client, isInPieces && header.Length < 1000 ? [] : sent, cancellation);
            Assert.That(await ReadLineAsync(client, cancellation), Is.EqualTo(expected));
            if (expected is not null)
            {
                Assert.That(await ReadLineAsync(client, cancellation), Is.EqualTo("NEXT"), "what follows the header is the client's");
            }
        }
    }

    [Test]
    public async Task A_client_that_is_no_proxy_cannot_name_another_address(CancellationToken cancellation)
    {
        await using var listener = await ListenClearAsync(
            new(new(100), new(100, TimeProvider.System), NullLogger<AcceptMiddleware>.Instance) { ProxyProtocol = new(NetworkList.Parse("192.0.2.1 2001:db8::/32")!) });
        var client = await ConnectAsync(listener);
        await SendAsync(client, Header(0x21, 0x11, [192, 0, 2, 7, 127, 0, 0, 1, 0x12, 0x34, 0, 25]), cancellation);
        Assert.That(await ReadLineAsync(client, cancellation), Is.EqualTo("127.0.0.1"));
        Assert.That(await ReadLineAsync(client, cancellation), Is.Empty, "the header is what the client says");
    }

    [Test]
    public async Task A_proxy_that_sends_no_header_is_cut_off_in_time(CancellationToken cancellation)
    {
        await using var listener = await ListenClearAsync(Proxied());
        var client = await ConnectAsync(listener);
        await SendAsync(client, Encoding.Latin1.GetBytes(Signature[..5]), cancellation);
        Assert.That(await ReadLineAsync(client, cancellation), Is.Null);
    }

    [Test]
    public async Task Clients_behind_a_proxy_have_slots_of_their_own(CancellationToken cancellation)
    {
        var guard = new ConnectionGuard(1, TimeProvider.System);
        await using var listener = await ListenClearAsync(new(new(100), guard, NullLogger<AcceptMiddleware>.Instance)
        {
            ProxyProtocol = new(NetworkList.Parse("127.0.0.0/8")!),
        });
        Assert.That(await ThroughProxyAsync(7), Is.EqualTo("192.0.2.7"));
        Assert.That(await ThroughProxyAsync(8), Is.EqualTo("192.0.2.8"));
        Assert.That(await ThroughProxyAsync(7), Is.EqualTo("rejected"));

        async Task<string?> ThroughProxyAsync(byte last)
        {
            var client = await ConnectAsync(listener);
            await SendAsync(client, Header(0x21, 0x11, [192, 0, 2, last, 127, 0, 0, 1, 0x12, 0x34, 0, 25]), cancellation);
            return await ReadLineAsync(client, cancellation);
        }
    }

    static AcceptMiddleware Proxied() => new(new(100), new(100, TimeProvider.System), NullLogger<AcceptMiddleware>.Instance)
    {
        ProxyProtocol = new(NetworkList.Parse("127.0.0.1,::1")!) { HeaderTimeout = TimeSpan.FromSeconds(1) },
    };

    static byte[] Header(byte command, byte family, byte[] addresses)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)addresses.Length);
        return [.. Encoding.Latin1.GetBytes(Signature), command, family, .. length, .. addresses];
    }

    Task<TestListener> ListenAsync(AcceptMiddleware accept, TimeSpan handshakeLimit)
    {
        var tls = new TlsMiddleware(_certificates!, default, NullLogger<TlsMiddleware>.Instance) { HandshakeLimit = handshakeLimit };
        return TestListener.StartAsync(EchoAsync, next => accept.Accept(tls.Accept(next)));
    }

    static Task<TestListener> ListenClearAsync(AcceptMiddleware accept) => TestListener.StartAsync(EchoAsync, accept.Accept);

    // Says whom it sees, then what that says.
    static async Task EchoAsync(ConnectionContext context)
    {
        var client = new ClientConnection(context, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), TimeProvider.System);
        await using (client)
        {
            var isAdmitted = context.Features.Get<AcceptedConnection>() is { Admission: not null };
            await client.Output.WriteAsync(Encoding.ASCII.GetBytes(isAdmitted ? $"{client.RemoteAddress}\r\n" : "rejected\r\n"));
            while (isAdmitted && await client.Input.ReadAsync() is { IsCompleted: false } read)
            {
                foreach (var segment in read.Buffer)
                {
                    await client.Output.WriteAsync(segment);
                }
                client.Input.AdvanceTo(read.Buffer.End);
            }
        }
    }

    async Task<TcpClient> ConnectAsync(TestListener listener)
    {
        var client = await listener.ConnectAsync();
        _open.Add(client);
        return client;
    }

    // Null: the connection is cut, maybe before the client has finished with it.
    async Task<string?> GreetedAsync(TestListener listener, CancellationToken cancellation)
    {
        try
        {
            return await ReadLineAsync(await ConnectAsync(listener), cancellation);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    static async Task<string> GreetingAsync(TestListener listener)
    {
        await using var stream = await listener.ConnectTlsAsync();
        var line = new byte[64];
        return Encoding.ASCII.GetString(line, 0, await stream.ReadAsync(line));
    }

    // A connection may be cut while it is written to.
    static async Task SendAsync(TcpClient client, byte[] octets, CancellationToken cancellation)
    {
        try
        {
            await client.GetStream().WriteAsync(octets, cancellation);
        }
        catch (Exception cut) when (cut is IOException or InvalidOperationException)
        {
            // What it is cut for shows when it is read.
        }
    }

    static async Task<string?> ReadLineAsync(TcpClient client, CancellationToken cancellation)
    {
        var line = new List<byte>();
        var octet = new byte[1];
        try
        {
            while (await client.GetStream().ReadAsync(octet, cancellation) == 1)
            {
                line.Add(octet[0]);
                if (line is [.., (byte)'\r', (byte)'\n'])
                {
                    return Encoding.Latin1.GetString([.. line[..^2]]);
                }
            }
        }
        catch (Exception cut) when (cut is IOException or InvalidOperationException)
        {
            // Cut off.
        }
        return null;
    }

    static async Task<bool> IsClosedAsync(TcpClient client, CancellationToken cancellation)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], cancellation) == 0;
        }
        catch (Exception cut) when (cut is IOException or InvalidOperationException)
        {
            return true;
        }
    }

    static Task EventuallyAsync(Func<bool> condition) => EventuallyAsync(() => Task.FromResult(condition()));

    static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; !await condition(); attempt++)
        {
            Assert.That(attempt, Is.LessThan(500));
            await Task.Delay(20);
        }
    }
}
