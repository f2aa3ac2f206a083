using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Tls;

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

    // Of the pair in use, and of one that is not usable and was reported.
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

    /// <summary>
    /// Checks for changed files now; the timer does so every few seconds. Never throws: if the files are not usable, for
    /// example because only one of them has been replaced yet, the last good pair stays in use, and the next check tries
    /// again.
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
        // The timer has no one who would catch it: the program would end.
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

    // The same files, and the same failure to read them, are reported once.
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
        // Other platforms than Linux cannot use a key that lives in memory only.
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
