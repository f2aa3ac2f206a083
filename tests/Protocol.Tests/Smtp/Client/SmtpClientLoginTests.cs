using System.Security.Cryptography.X509Certificates;
using System.Text;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Protocol.Tls;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Smtp.Client;

/// <summary>The client against our own submission: TLS, certificates, login.</summary>
[CancelAfter(60_000)]
sealed class SmtpClientLoginTests
{
    TestPostgres? _postgres;
    SubmissionServer? _server;

    SubmissionServer Server => _server!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _postgres = await TestPostgres.StartAsync();
        _server = await SubmissionServer.StartAsync(await _postgres.CreateDatabaseAsync());
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server!.DisposeAsync();
        await _postgres!.DisposeAsync();
    }

    [TestCase(TlsUse.Implicit)]
    [TestCase(TlsUse.StartTls)]
    [TestCase(TlsUse.Opportunistic)]
    public async Task Delivers_under_TLS_with_a_login(TlsUse tls, CancellationToken cancellation)
    {
        var octets = Encoding.UTF8.GetBytes($"Subject: {tls}\r\n\r\n.dots.\r\n.\r\nä\r\n");
        await using var session = await SmtpClientSession.ConnectAsync(Peer(tls), new("client.test"), cancellation);
        var results = await session.SendAsync(
            new(SubmissionServer.Address, [new(SubmissionServer.Address), new("no address")], octets.Length, _ => new(new MemoryStream(octets))), cancellation);
        await session.QuitAsync(cancellation);
        var delivered = (await Server.ReadFolderAsync(FolderName.Inbox)).Single(message => message.Contains($"Subject: {tls}\r\n", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(session.IsEncrypted);
            Assert.That(results.Select(result => result.Outcome), Is.EqualTo((SendOutcome[])[SendOutcome.Delivered, SendOutcome.Permanent]));
            Assert.That(delivered, Does.EndWith(Encoding.Latin1.GetString(octets)));
        });
    }

    [Test]
    public async Task A_certificate_that_nobody_vouches_for_is_refused(CancellationToken cancellation)
    {
        Assert.That(await FailAsync(Peer(TlsUse.Implicit) with { Trust = CertificateTrust.System }, cancellation), Is.EqualTo(SmtpFault.TlsFailed));
    }

    [Test]
    public async Task A_certificate_for_another_name_is_refused(CancellationToken cancellation)
    {
        var peer = new SmtpPeer("mail.example.test", Server.Listener.Port)
        {
            Address = System.Net.IPAddress.Loopback,
            Tls = TlsUse.Implicit,
            Trust = Trust(),
        };
        Assert.That(await FailAsync(peer, cancellation), Is.EqualTo(SmtpFault.TlsFailed));
    }

    [Test]
    public async Task A_wrong_password_is_told(CancellationToken cancellation)
    {
        var peer = Peer(TlsUse.Implicit) with { Credentials = new(SubmissionServer.Address, "wrong") };
        Assert.That(await FailAsync(peer, cancellation), Is.EqualTo(SmtpFault.LoginFailed));
    }

    [TestCase(TlsUse.Implicit, TlsUse.Implicit)]
    [TestCase(TlsUse.StartTls, TlsUse.StartTls)]
    public async Task Without_a_known_TLS_mode_the_client_finds_the_one_of_the_port(TlsUse port, TlsUse found, CancellationToken cancellation)
    {
        await using var session = await SmtpClientSession.ConnectAsync(Peer(port) with { Tls = TlsUse.ImplicitOrStartTls }, new("client.test"), cancellation);
        Assert.That((session.IsEncrypted, session.Peer.Tls), Is.EqualTo((true, found)));
    }

    [Test]
    public async Task A_server_that_is_silent_in_both_TLS_modes_is_given_up_with_both_reasons(CancellationToken cancellation)
    {
        await using var silent = new ScriptedServer(connection => connection.StayAsync());
        var second = TimeSpan.FromSeconds(1);
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () => await SmtpClientSession.ConnectAsync(
            new("localhost", silent.Port) { Tls = TlsUse.ImplicitOrStartTls },
            new("client.test") { Timeouts = SmtpTimeouts.Standard with { Connect = second, Greeting = second } },
            cancellation));
        Assert.That(failure!.Message, Does.Contain("answer").And.Contain("With implicit TLS: ").And.Contain("shake hands"));
    }

    [Test]
    public async Task A_certificate_that_is_not_trusted_is_no_reason_to_try_STARTTLS(CancellationToken cancellation)
    {
        var peer = Peer(TlsUse.Implicit) with { Tls = TlsUse.ImplicitOrStartTls, Trust = CertificateTrust.System };
        Assert.That(await FailAsync(peer, cancellation), Is.EqualTo(SmtpFault.TlsFailed));
    }

    [Test]
    public async Task An_access_token_logs_in(CancellationToken cancellation)
    {
        var peer = Peer(TlsUse.StartTls) with { Credentials = SmtpCredentials.WithAccessToken(SubmissionServer.Address, Server.Key) };
        await using var session = await SmtpClientSession.ConnectAsync(peer, new("client.test"), cancellation);
        Assert.That(session.IsUsable);
    }

    [Test]
    public async Task An_expired_access_token_is_reported_as_such([Values(40, 3000)] int length, CancellationToken cancellation)
    {
        var peer = Peer(TlsUse.Implicit) with { Credentials = SmtpCredentials.WithAccessToken(SubmissionServer.Address, new string('x', length)) };
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () => await SmtpClientSession.ConnectAsync(peer, new("client.test"), cancellation));
        Assert.That((failure!.Fault, failure.Reply?.Code), Is.EqualTo((SmtpFault.LoginFailed, (int?)535)));
        Assert.That(failure.Message, Does.Contain("access token").And.Contain("expired"));
    }

    // ^A is U+0001, which no test runner takes in a name.
    [TestCase("XOAUTH2 OAUTHBEARER PLAIN", "user=ann,=@x.test^Aauth=Bearer t0ken^A^A", "")]
    [TestCase("PLAIN OAUTHBEARER", "n,a=ann=2C=3D@x.test,^Ahost=localhost^Aport=PORT^Aauth=Bearer t0ken^A^A", "AQ==")]
    public async Task The_token_is_presented_in_the_form_that_the_server_offers(string offered, string response, string acknowledgment, CancellationToken cancellation)
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.StartTlsAsync();
            await connection.SayAsync("220 odd.test\r\n");
            foreach (var answer in new[] { $"250-odd.test\r\n250 AUTH {offered}", "334 eyJzdGF0dXMiOiI0MDEifQ==", "535 5.7.8 Expired" })
            {
                await connection.HearAsync();
                await connection.SayAsync(answer + "\r\n");
            }
        });
        var peer = new SmtpPeer("localhost", server.Port)
        {
            Tls = TlsUse.Implicit,
            Trust = CertificateTrust.Any,
            Credentials = SmtpCredentials.WithAccessToken("ann,=@x.test", "t0ken"),
        };
        Assert.That(await FailAsync(peer, cancellation), Is.EqualTo(SmtpFault.LoginFailed));

        var expected = response.Replace("^A", "\u0001", StringComparison.Ordinal).Replace("PORT", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.That(Encoding.UTF8.GetString(Convert.FromBase64String(server.Heard[1].Split(' ')[2])), Is.EqualTo(expected));
        Assert.That(server.Heard[2], Is.EqualTo(acknowledgment));
    }

    [Test]
    public async Task A_server_without_token_login_is_named_as_the_reason(CancellationToken cancellation)
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.StartTlsAsync();
            await connection.SayAsync("220 odd.test\r\n");
            await connection.HearAsync();
            await connection.SayAsync("250-odd.test\r\n250 AUTH PLAIN LOGIN\r\n");
            await connection.HearAsync();
        });
        var peer = new SmtpPeer("localhost", server.Port) { Tls = TlsUse.Implicit, Trust = CertificateTrust.Any, Credentials = SmtpCredentials.WithAccessToken("ann", "t0ken") };
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () => await SmtpClientSession.ConnectAsync(peer, new("client.test"), cancellation));
        Assert.That(failure!.Message, Does.Contain("XOAUTH2"));
        Assert.That(server.Heard, Has.Count.EqualTo(1), "The token was sent nowhere.");
    }

    SmtpPeer Peer(TlsUse tls) => new("localhost", tls == TlsUse.Implicit ? Server.Listener.Port : Server.ClearListener.Port)
    {
        Tls = tls,
        Trust = Trust(),
        Credentials = new(SubmissionServer.Address, Server.Key),
    };

    CertificateTrust Trust() => CertificateTrust.SystemAnd([X509Certificate2.CreateFromPem(File.ReadAllText(Server.CaPath!))]);

    static async Task<SmtpFault> FailAsync(SmtpPeer peer, CancellationToken cancellation)
    {
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () => await SmtpClientSession.ConnectAsync(peer, new("client.test"), cancellation));
        return failure!.Fault;
    }
}
