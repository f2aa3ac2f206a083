using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Tls;

/// <summary>
/// The server's certificate, from PEM files or from a private CA. Reloads changed files, and renews a certificate of
/// the private CA before it expires. All connections share one set of options, which enables session resumption and
/// halves the memory. An invalid changed file is only logged.
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

    // Digest of the pair in use, and of the last invalid pair that was logged.
    string _loaded = "";
    string _rejected = "";

    TlsCertificates(string certificatePath, string keyPath, PrivateCa? ca, ILogger logger, TimeProvider time)
    {
        _certificatePath = certificatePath;
        _keyPath = keyPath;
        _ca = ca;
        _logger = logger;
        _current = Load(PemPair.Read(certificatePath, keyPath));
        _timer = time.CreateTimer(_ => Check(), null, CheckInterval, CheckInterval);
    }

    /// <summary>
    /// Path of the CA certificate that clients must trust. Null if the certificate comes from given files.
    /// </summary>
    public string? CaPath => _ca?.CaPath;

    /// <summary>Options for the next handshake. Immutable; replaced as a whole.</summary>
    public SslServerAuthenticationOptions Current => _current;

    /// <summary>
    /// Uses a PEM certificate, followed by its intermediates, and its unencrypted PEM key. Throws
    /// <see cref="IOException"/>, <see cref="CryptographicException"/> or <see cref="UnauthorizedAccessException"/> if
    /// they cannot be loaded.
    /// </summary>
    public static TlsCertificates FromFiles(string certificatePath, string keyPath, ILogger<TlsCertificates> logger, TimeProvider time) =>
        new(certificatePath, keyPath, null, logger, time);

    /// <summary>
    /// Uses the private CA and the server certificate in a folder. Creates files that are missing, and replaces
    /// certificates that expire soon or are for another host name.
    /// </summary>
    public static TlsCertificates FromPrivateCa(string folder, string hostname, ILogger<TlsCertificates> logger, TimeProvider time)
    {
        var ca = new PrivateCa(folder, hostname, logger, time);
        ca.Ensure();
        return new(ca.ServerPath, ca.ServerKeyPath, ca, logger, time);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Checks for changed files. The timer calls it every 3 seconds. Never throws: if the files are invalid, for
    /// example because only one of them has been replaced so far, the last valid pair stays in use and the next check
    /// retries.
    /// </summary>
    internal void Check()
    {
        if (!_reloading.TryEnter())
        {
            return;
        }
        try
        {
            _ca?.Ensure();
            var files = PemPair.Read(_certificatePath, _keyPath);
            if (files.Digest == _loaded)
            {
                _rejected = "";
            }
            else if (files.Digest != _rejected)
            {
                Reload(files);
            }
        }
        // An exception in a timer callback would terminate the process.
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            Reject(broken.Message, broken);
        }
        finally
        {
            _reloading.Exit();
        }
    }

    void Reload(PemPair files)
    {
        try
        {
            _current = Load(files);
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            Reject(files.Digest, broken);
        }
    }

    // Log each invalid pair, and each repeated read error, only once.
    void Reject(string reason, Exception broken)
    {
        if (_rejected != reason)
        {
            _rejected = reason;
            Log.CertificateReloadFailed(_logger, broken, _certificatePath);
        }
    }

    SslServerAuthenticationOptions Load(PemPair files)
    {
        using var pair = files.Parse();
        // Platforms other than Linux cannot use a key that exists in memory only.
        var leaf = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(files.Certificate);
        chain.RemoveAt(0);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        };
        (_loaded, _rejected) = (files.Digest, "");
        Log.CertificateLoaded(_logger, leaf.Subject, leaf.NotAfter);
        return options;
    }
}
