using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Tls;

/// <summary>
/// A certificate authority for this server only, and the server certificate that it signs: ECDSA P-256, in PEM files in
/// one folder. Clients trust <c>ca.pem</c> once; the server certificate can then be renewed without changes on the
/// clients.
/// </summary>
sealed class PrivateCa(string folder, string hostname, ILogger logger, TimeProvider time)
{
    const int CaYears = 10;

    // Apple platforms reject server certificates with a longer lifetime.
    const int ServerDays = 825;
    const int RenewDays = 30;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    public string CaPath => Path.Combine(folder, "ca.pem");
    public string ServerPath => Path.Combine(folder, "server.pem");
    public string ServerKeyPath => Path.Combine(folder, "server.key");
    string CaKeyPath => Path.Combine(folder, "ca.key");

    /// <summary>
    /// Creates files that are missing, and replaces certificates that expire within 30 days or are for another host
    /// name.
    /// </summary>
    public void Ensure()
    {
        if (IsServerGood())
        {
            return;
        }
        Directory.CreateDirectory(folder);
        using var ca = IsGood(CaPath, CaKeyPath) ? X509Certificate2.CreateFromPemFile(CaPath, CaKeyPath) : CreateCa();
        CreateServer(ca);
        Log.CertificateGenerated(logger, hostname, folder);
    }

    bool IsServerGood()
    {
        if (!IsGood(ServerPath, ServerKeyPath))
        {
            return false;
        }
        try
        {
            using var server = X509Certificate2.CreateFromPemFile(ServerPath, ServerKeyPath);
            return server.MatchesHostname(hostname);
        }
        catch (ArgumentException)
        {
            // The process stopped after it had replaced only one of the two files.
            return false;
        }
    }

    bool IsGood(string certificatePath, string keyPath)
    {
        if (!File.Exists(certificatePath) || !File.Exists(keyPath))
        {
            return false;
        }
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(certificatePath);
        return certificate.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddDays(RenewDays);
    }

    X509Certificate2 CreateCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=AgentPost CA of {SafeName()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        var ca = request.CreateSelfSigned(now - ClockTolerance, now.AddYears(CaYears));
        WriteSecret(CaKeyPath, key.ExportPkcs8PrivateKeyPem());
        Write(CaPath, ca.ExportCertificatePem() + "\n");
        return ca;
    }

    void CreateServer(X509Certificate2 ca)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={SafeName()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false));
        request.CertificateExtensions.Add(AlternativeNames());
        var now = time.GetUtcNow();
        DateTimeOffset caEnd = ca.NotAfter.ToUniversalTime();
        var end = now.AddDays(ServerDays - 1) is var wanted && wanted < caEnd ? wanted : caEnd;
        using var server = request.Create(ca, now - ClockTolerance, end, RandomNumberGenerator.GetBytes(16));
        WriteSecret(ServerKeyPath, key.ExportPkcs8PrivateKeyPem());
        Write(ServerPath, server.ExportCertificatePem() + "\n" + ca.ExportCertificatePem() + "\n");
    }

    X509Extension AlternativeNames()
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(hostname, out var address))
        {
            names.AddIpAddress(address);
        }
        else if (!string.Equals(hostname, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            names.AddDnsName(hostname);
        }
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        return names.Build();
    }

    // Other characters may have a special meaning in a distinguished name. A common name has at most 64 characters.
    string SafeName()
    {
        var name = string.Concat(hostname.Where(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-'));
        return name.Length is > 0 and <= 40 ? name : "AgentPost";
    }

    static void WriteSecret(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        var draft = path + ".new";
        File.Delete(draft);
        using (var writer = new StreamWriter(draft, options))
        {
            writer.WriteLine(pem);
        }
        File.Move(draft, path, overwrite: true);
    }

    static void Write(string path, string pem)
    {
        File.WriteAllText(path + ".new", pem);
        File.Move(path + ".new", path, overwrite: true);
    }
}
