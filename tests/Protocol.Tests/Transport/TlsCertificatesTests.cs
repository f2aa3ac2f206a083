using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests;

sealed class TlsCertificatesTests
{
    string _folder = "";

    string Ca => Path.Combine(_folder, "ca.pem");
    string Server => Path.Combine(_folder, "server.pem");
    string ServerKey => Path.Combine(_folder, "server.key");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("tls").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase("mail.example.test")]
    [TestCase("localhost")]
    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [CancelAfter(20_000)]
    public async Task A_client_that_trusts_the_CA_verifies_the_server_by_every_name(string name, CancellationToken cancellation)
    {
        using var certificates = Open(TimeProvider.System);
        await using var listener = await TestListener.StartAsync(_ => Task.CompletedTask, Middleware(certificates).Accept);
        using var client = await listener.ConnectAsync();
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(Trusting(name), cancellation);
        Assert.That(stream.IsAuthenticated, Is.True);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public void Keys_are_for_the_owner_alone()
    {
        Open(TimeProvider.System).Dispose();
        Assert.Multiple(() =>
        {
            foreach (var key in new[] { "ca.key", "server.key" })
            {
                Assert.That(File.GetUnixFileMode(Path.Combine(_folder, key)), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            }
        });
    }

    [Test]
    public void The_certificates_last_as_long_as_clients_allow()
    {
        Open(TimeProvider.System).Dispose();
        using var server = X509CertificateLoader.LoadCertificateFromFile(Server);
        using var ca = X509CertificateLoader.LoadCertificateFromFile(Ca);
        Assert.Multiple(() =>
        {
            Assert.That(server.NotAfter - server.NotBefore, Is.LessThanOrEqualTo(TimeSpan.FromDays(825)).And.GreaterThan(TimeSpan.FromDays(800)));
            Assert.That(ca.NotAfter - ca.NotBefore, Is.GreaterThan(TimeSpan.FromDays(3650)));
        });
    }

    [Test]
    public void What_is_there_is_used_again()
    {
        Open(TimeProvider.System).Dispose();
        var before = File.ReadAllText(Server);
        Open(TimeProvider.System).Dispose();
        Assert.That(File.ReadAllText(Server), Is.EqualTo(before));
    }

    [Test]
    public void Another_host_name_gets_a_new_certificate_of_the_same_CA()
    {
        Open(TimeProvider.System).Dispose();
        var (ca, server) = (File.ReadAllText(Ca), File.ReadAllText(Server));
        TlsCertificates.FromPrivateCa(_folder, "other.example.test", NullLogger<TlsCertificates>.Instance, TimeProvider.System).Dispose();
        Assert.That(File.ReadAllText(Ca), Is.EqualTo(ca));
        Assert.That(File.ReadAllText(Server), Is.Not.EqualTo(server));
    }

    [Test]
    public void A_certificate_that_runs_out_soon_is_renewed_while_running()
    {
        var time = new ManualTime();
        using var certificates = Open(time);
        var before = certificates.Current;
        time.Pass(TimeSpan.FromDays(700));
        certificates.Check();
        Assert.That(certificates.Current, Is.SameAs(before));
        time.Pass(TimeSpan.FromDays(100));
        certificates.Check();
        Assert.That(certificates.Current, Is.Not.SameAs(before));
    }

    [Test]
    public void Changed_files_are_loaded_and_broken_ones_are_not()
    {
        using var certificates = TlsCertificates.FromPrivateCa(_folder, "mail.example.test", NullLogger<TlsCertificates>.Instance, TimeProvider.System);
        var given = Directory.CreateDirectory(Path.Combine(_folder, "given")).FullName;
        var (certificate, key) = (Path.Combine(given, "cert.pem"), Path.Combine(given, "key.pem"));
        File.Copy(Server, certificate);
        File.Copy(ServerKey, key);
        using var reloaded = TlsCertificates.FromFiles(certificate, key, NullLogger<TlsCertificates>.Instance, TimeProvider.System);
        var first = reloaded.Current;

        File.WriteAllText(certificate, "broken");
        File.SetLastWriteTimeUtc(certificate, DateTime.UtcNow.AddMinutes(1));
        reloaded.Check();
        Assert.That(reloaded.Current, Is.SameAs(first));

        File.Copy(Server, certificate, overwrite: true);
        File.SetLastWriteTimeUtc(certificate, DateTime.UtcNow.AddMinutes(2));
        reloaded.Check();
        Assert.That(reloaded.Current, Is.Not.SameAs(first));
    }

    TlsCertificates Open(TimeProvider time) => TlsCertificates.FromPrivateCa(_folder, "mail.example.test", NullLogger<TlsCertificates>.Instance, time);

    static TlsMiddleware Middleware(TlsCertificates certificates) => new(certificates, default, NullLogger<TlsMiddleware>.Instance);

    SslClientAuthenticationOptions Trusting(string name) => new()
    {
        TargetHost = name,
        CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Ca) },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };
}
