using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AgentPost.Protocol.Tls;

/// <summary>Decides which certificates of remote servers to accept.</summary>
public sealed class CertificateTrust
{
    readonly X509Certificate2Collection? _roots;
    readonly bool _isAny;

    CertificateTrust(bool isAny, X509Certificate2Collection? roots)
    {
        _isAny = isAny;
        _roots = roots;
    }

    /// <summary>
    /// Accepts any certificate. For opportunistic TLS between servers, because few of them have a certificate that can
    /// be verified.
    /// </summary>
    public static CertificateTrust Any { get; } = new(isAny: true, null);

    /// <summary>Accepts certificates that match the host name and that the system trusts.</summary>
    public static CertificateTrust System { get; } = new(isAny: false, null);

    /// <summary>
    /// Accepts certificates that match the host name and that the system or one of these authorities trusts.
    /// </summary>
    public static CertificateTrust SystemAnd(X509Certificate2Collection roots) => new(isAny: false, roots);

    /// <summary>Implements <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_isAny || errors == SslPolicyErrors.None)
        {
            return true;
        }
        if (_roots is null || certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_roots);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ExtraStore.AddRange(chain?.ChainPolicy.ExtraStore ?? []);
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(copy);
    }
}
