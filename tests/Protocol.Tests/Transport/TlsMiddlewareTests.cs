using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests;

sealed class TlsMiddlewareTests
{
    static readonly byte[] PlaintextAnswer = "* BYE TLS only\r\n"u8.ToArray();

    string _folder = "";
    TlsCertificates? _certificates;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("tls").FullName;
        _certificates = TlsCertificates.FromPrivateCa(_folder, "mail.example.test", NullLogger<TlsCertificates>.Instance, TimeProvider.System);
    }

    [TearDown]
    public void TearDown()
    {
        _certificates?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Echoes_through_TLS_1_2_and_1_3([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol, CancellationToken cancellation)
    {
        await using var listener = await TestListener.StartAsync(EchoOnceAsync, Middleware().Accept);
        var options = TestListener.TrustAny();
        options.EnabledSslProtocols = protocol;
        await using var client = await listener.ConnectTlsAsync(options);
        await client.WriteAsync("hello\r\n"u8.ToArray(), cancellation);
        Assert.That(await ReadToEndAsync(client, cancellation), Is.EqualTo($"{protocol}:hello"));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Takes_a_client_that_offers_an_application_protocol(CancellationToken cancellation)
    {
        await using var listener = await TestListener.StartAsync(EchoOnceAsync, Middleware().Accept);
        var options = TestListener.TrustAny();
        options.ApplicationProtocols = [new SslApplicationProtocol("imap")];
        await using var client = await listener.ConnectTlsAsync(options);
        await client.WriteAsync("hello\r\n"u8.ToArray(), cancellation);
        Assert.That(await ReadToEndAsync(client, cancellation), Does.EndWith(":hello"));
    }

    [TestCase("a1 LOGIN agent secret\r\n", "* BYE TLS only\r\n")]
    [TestCase("EHLO me\r\n", "* BYE TLS only\r\n")]
    [TestCase("\x16garbage that only begins like TLS", null)]
    [CancelAfter(20_000)]
    public async Task Closes_a_connection_that_does_not_speak_TLS(string said, string? answered, CancellationToken cancellation)
    {
        var reached = false;
        await using var listener = await TestListener.StartAsync(_ => { reached = true; return Task.CompletedTask; }, Middleware().Accept);
        using var client = await listener.ConnectAsync();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(said), cancellation);
        var answer = await ReadToEndAsync(client.GetStream(), cancellation);
        Assert.That(reached, Is.False);
        if (answered is not null)
        {
            Assert.That(answer, Is.EqualTo(answered));
        }
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Tells_a_silent_client_after_the_handshake_limit_that_the_port_speaks_TLS(CancellationToken cancellation)
    {
        await using var listener = await TestListener.StartAsync(EchoOnceAsync, Middleware(TimeSpan.FromMilliseconds(200)).Accept);
        using var client = await listener.ConnectAsync();
        Assert.That(await ReadToEndAsync(client.GetStream(), cancellation), Is.EqualTo("* BYE TLS only\r\n"));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Plaintext_sent_behind_STARTTLS_never_reaches_the_session(CancellationToken cancellation)
    {
        var tls = Middleware();
        var outcome = new TaskCompletionSource<bool>();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            await using var connection = new ClientConnection(context, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), TimeProvider.System);
            await new LineReader(connection.Input, 100).ReadAsync(connection.Aborted);
            outcome.SetResult(await connection.StartTlsAsync(tls, connection.Aborted));
        });
        using var client = await listener.ConnectAsync();
        await client.GetStream().WriteAsync("STARTTLS\r\nINJECTED\r\n"u8.ToArray(), cancellation);
        Assert.That(await outcome.Task.WaitAsync(cancellation), Is.False);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Goes_on_in_TLS_after_STARTTLS(CancellationToken cancellation)
    {
        var tls = Middleware();
        await using var listener = await TestListener.StartAsync(async context =>
        {
            await using var connection = new ClientConnection(context, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), TimeProvider.System);
            var lines = new LineReader(connection.Input, 100);
            await lines.ReadAsync(connection.Aborted);
            await connection.Output.WriteAsync("go\r\n"u8.ToArray(), connection.Aborted);
            await connection.StartTlsAsync(tls, connection.Aborted);
            var line = await lines.ReadAsync(connection.Aborted);
            await connection.Output.WriteAsync(line.Octets, connection.Aborted);
        });
        using var client = await listener.ConnectAsync();
        await client.GetStream().WriteAsync("STARTTLS\r\n"u8.ToArray(), cancellation);
        await client.GetStream().ReadExactlyAsync(new byte[4], cancellation);
        await using var secured = new SslStream(client.GetStream());
        await secured.AuthenticateAsClientAsync(TestListener.TrustAny(), cancellation);
        await secured.WriteAsync("inside\r\n"u8.ToArray(), cancellation);
        Assert.That(await ReadToEndAsync(secured, cancellation), Is.EqualTo("inside"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Carries_megabytes_both_ways(CancellationToken cancellation)
    {
        const int Octets = 5_000_000;
        await using var listener = await TestListener.StartAsync(async context => await context.Transport.Input.CopyToAsync(context.Transport.Output), Middleware().Accept);
        await using var client = await listener.ConnectTlsAsync();
        var sent = new byte[Octets];
        new Random(1).NextBytes(sent);
        var received = new byte[Octets];
        var reading = client.ReadExactlyAsync(received, cancellation).AsTask();
        await client.WriteAsync(sent, cancellation);
        await reading;
        Assert.That(received.AsSpan().SequenceEqual(sent), Is.True);
    }

    TlsMiddleware Middleware(TimeSpan? limit = null) =>
        new(_certificates!, PlaintextAnswer, NullLogger<TlsMiddleware>.Instance) { HandshakeLimit = limit ?? TimeSpan.FromSeconds(10) };

    static async Task EchoOnceAsync(ConnectionContext context)
    {
        await using var connection = new ClientConnection(context, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), TimeProvider.System);
        var line = await new LineReader(connection.Input, 100).ReadAsync(connection.Aborted);
        await connection.Output.WriteAsync(Encoding.ASCII.GetBytes(connection.Tls!.Protocol + ":"), connection.Aborted);
        await connection.Output.WriteAsync(line.Octets, connection.Aborted);
    }

    static async Task<string> ReadToEndAsync(Stream stream, CancellationToken cancellation)
    {
        using var octets = new MemoryStream();
        try
        {
            await stream.CopyToAsync(octets, cancellation);
        }
        catch (IOException reset) when (reset.InnerException is SocketException)
        {
            // A reset ends the stream as well.
        }
        return Encoding.ASCII.GetString(octets.ToArray());
    }
}
