using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Tls;
using Microsoft.Extensions.Logging;
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

        var other = Pair("other");
        File.Copy(other.Certificate, certificate, overwrite: true);
        File.Copy(other.Key, key, overwrite: true);
        reloaded.Check();
        Assert.That(reloaded.Current, Is.Not.SameAs(first));
    }

    [Test]
    public void A_renewal_by_two_renames_serves_the_old_pair_until_both_files_are_there_and_is_reported_once()
    {
        var (first, second) = (Pair("first"), Pair("second"));
        var (certificate, key) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        File.Copy(first.Certificate, certificate);
        File.Copy(first.Key, key);
        var log = new LogLines();
        using var certificates = TlsCertificates.FromFiles(certificate, key, log, TimeProvider.System);
        var before = certificates.Current;

        File.Move(second.Certificate, certificate, overwrite: true);
        certificates.Check();
        certificates.Check();
        Assert.That(certificates.Current, Is.SameAs(before));
        Assert.That(log.Errors, Is.EqualTo(1));

        File.Move(second.Key, key, overwrite: true);
        certificates.Check();
        Assert.That(certificates.Current, Is.Not.SameAs(before));
        Assert.That(log.Errors, Is.EqualTo(1));
    }

    [Test]
    public void Files_that_are_gone_for_a_moment_end_nothing_and_are_reported_each_time_they_go()
    {
        var (certificate, key) = Pair("given");
        var log = new LogLines();
        using var certificates = TlsCertificates.FromFiles(certificate, key, log, TimeProvider.System);
        var before = certificates.Current;
        for (var times = 1; times <= 2; times++)
        {
            File.Move(key, key + ".away");
            certificates.Check();
            certificates.Check();
            Assert.That(log.Errors, Is.EqualTo(times));
            File.Move(key + ".away", key);
            certificates.Check();
        }
        Assert.That(certificates.Current, Is.SameAs(before));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public void A_link_to_a_folder_that_is_replaced_is_a_new_certificate()
    {
        // As Kubernetes mounts a secret: tls.crt → ..data/tls.crt, and ..data → a folder for each version.
        foreach (var version in new[] { "v1", "v2" })
        {
            var pair = Pair(version);
            Directory.CreateDirectory(Path.Combine(_folder, ".." + version));
            File.Move(pair.Certificate, Path.Combine(_folder, ".." + version, "tls.crt"));
            File.Move(pair.Key, Path.Combine(_folder, ".." + version, "tls.key"));
        }
        var (certificate, key, data) = (Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"), Path.Combine(_folder, "..data"));
        File.CreateSymbolicLink(data, "..v1");
        File.CreateSymbolicLink(certificate, "..data/tls.crt");
        File.CreateSymbolicLink(key, "..data/tls.key");
        using var certificates = TlsCertificates.FromFiles(certificate, key, NullLogger<TlsCertificates>.Instance, TimeProvider.System);
        var before = certificates.Current;

        File.Delete(data);
        File.CreateSymbolicLink(data, "..v2");
        certificates.Check();
        Assert.That(certificates.Current, Is.Not.SameAs(before));
    }

    [Test]
    public void A_private_pair_that_does_not_belong_together_is_made_anew()
    {
        Open(TimeProvider.System).Dispose();
        File.Copy(Pair("other").Key, ServerKey, overwrite: true);
        Assert.That(() => Open(TimeProvider.System).Dispose(), Throws.Nothing);
    }

    /// <summary>A certificate and its key, in files of their own.</summary>
    (string Certificate, string Key) Pair(string name)
    {
        var folder = Path.Combine(_folder, "made-" + name);
        TlsCertificates.FromPrivateCa(folder, "mail.example.test", NullLogger<TlsCertificates>.Instance, TimeProvider.System).Dispose();
        return (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
    }

    sealed class LogLines : ILogger<TlsCertificates>
    {
        public int Errors { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Errors += logLevel == LogLevel.Error ? 1 : 0;
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
