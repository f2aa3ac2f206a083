using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol;

/// <summary>
/// The server's certificate, from given PEM files or from a private CA of its own, loaded anew when the files change and renewed before it runs out. All
/// connections share one set of options: that keeps session resumption and halves the memory. A changed file that is broken changes nothing but the log.
/// </summary>
public sealed class TlsCertificates : IDisposable
{
    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(3);

    readonly string _certificatePath;
    readonly string _keyPath;
    readonly PrivateCa? _ca;
    readonly ILogger _logger;
    readonly ITimer _timer;
    readonly Lock _reloading = new();
    volatile SslServerAuthenticationOptions _current;
    (DateTime Certificate, DateTime Key) _loadedFiles;

    TlsCertificates(string certificatePath, string keyPath, PrivateCa? ca, ILogger logger, TimeProvider time)
    {
        _certificatePath = certificatePath;
        _keyPath = keyPath;
        _ca = ca;
        _logger = logger;
        _current = Load();
        _timer = time.CreateTimer(_ => Check(), null, CheckInterval, CheckInterval);
    }

    /// <summary>Path of the CA certificate that clients must be told to trust; null when the certificate was given.</summary>
    public string? CaPath => _ca?.CaPath;

    /// <summary>What the next handshake uses. Never changed, only replaced.</summary>
    public SslServerAuthenticationOptions Current => _current;

    /// <summary>
    /// Uses a PEM certificate (its intermediates behind it) and its unencrypted PEM key. Throws what reading them throws (<see cref="IOException"/>,
    /// <see cref="CryptographicException"/>, <see cref="UnauthorizedAccessException"/>).
    /// </summary>
    public static TlsCertificates FromFiles(string certificatePath, string keyPath, ILogger<TlsCertificates> logger, TimeProvider time) =>
        new(certificatePath, keyPath, null, logger, time);

    /// <summary>Uses the private CA and the server certificate in a folder, making what is missing, runs out soon or is for another name.</summary>
    public static TlsCertificates FromPrivateCa(string folder, string hostname, ILogger<TlsCertificates> logger, TimeProvider time)
    {
        var ca = new PrivateCa(folder, hostname, logger, time);
        ca.Ensure();
        return new(ca.ServerPath, ca.ServerKeyPath, ca, logger, time);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Looks for changed files now; the timer does so every few seconds.</summary>
    internal void Check()
    {
        if (!_reloading.TryEnter())
        {
            return;
        }
        try
        {
            _ca?.Ensure();
            if (WriteTimes() != _loadedFiles)
            {
                _current = Load();
            }
        }
        catch (Exception broken) when (broken is IOException or CryptographicException or UnauthorizedAccessException)
        {
            Log.CertificateReloadFailed(_logger, broken, _certificatePath);
        }
        finally
        {
            _reloading.Exit();
        }
    }

    SslServerAuthenticationOptions Load()
    {
        // Remembered first: a broken file is reported once, not at every look.
        _loadedFiles = WriteTimes();
        using var pair = X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath);
        // Other platforms than Linux cannot use a key that lives in memory only.
        var leaf = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificatePath);
        chain.RemoveAt(0);

        Log.CertificateLoaded(_logger, leaf.Subject, leaf.NotAfter);
        return new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        };
    }

    (DateTime Certificate, DateTime Key) WriteTimes() => (File.GetLastWriteTimeUtc(_certificatePath), File.GetLastWriteTimeUtc(_keyPath));
}
