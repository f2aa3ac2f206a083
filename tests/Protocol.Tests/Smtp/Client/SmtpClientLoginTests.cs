using System.Security.Cryptography.X509Certificates;
using System.Text;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;
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
