using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AgentPost.Protocol.Tls;

namespace AgentPost.Host.Diagnosis;

/// <summary>
/// Checks the certificate at a port with implicit TLS: it names the host, is trusted, and does not expire soon.
/// </summary>
static class CertificateCheck
{
    static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static async Task<string> RunAsync(DoctorTarget target, CancellationToken cancellation)
    {
        var port = target.Options.ImapPort > 0 ? target.Options.ImapPort : target.Options.SmtpPort;
        if (port == 0)
        {
            throw new CheckSkippedException("Imap:Port and Smtp:Port are 0: off");
        }
        var (certificate, isTrusted) = await ReadAsync(target, port, cancellation);
        using (certificate)
        {
            var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            if (end < TimeProvider.System.GetUtcNow() + Soon)
            {
                throw new CheckFailedException(string.Create(CultureInfo.InvariantCulture, $"The certificate ends on {end:yyyy-MM-dd}"));
            }
            if (!certificate.MatchesHostname(target.Options.Hostname))
            {
                throw new CheckFailedException($"The certificate does not name {target.Options.Hostname}", "Set Hostname to a name that is in the certificate, or get a certificate for it.");
            }
            return isTrusted
                ? string.Create(CultureInfo.InvariantCulture, $"names {target.Options.Hostname} and is good until {end:yyyy-MM-dd}")
                : throw new CheckFailedException("The certificate is signed by nobody whom this system trusts", "Put the intermediate certificates behind it into the file of Tls:Certificate.");
        }
    }

    static async Task<(X509Certificate2 Certificate, bool IsTrusted)> ReadAsync(DoctorTarget target, int port, CancellationToken cancellation)
    {
        using var client = new TcpClient(target.Address.AddressFamily);
        try
        {
            await client.ConnectAsync(target.Address, port, cancellation);
            var isTrusted = false;
            await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
            {
                // The host name is checked separately, on the certificate.
                isTrusted = target.Trust.Accepts(certificate, chain, errors & ~SslPolicyErrors.RemoteCertificateNameMismatch);
                return CertificateTrust.Any.Accepts(certificate, chain, errors);
            });
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = target.Options.Hostname }, cancellation);
            return tls.RemoteCertificate is { } shown
                ? (X509CertificateLoader.LoadCertificate(shown.GetRawCertData()), isTrusted)
                : throw new CheckFailedException("The server shows no certificate");
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException)
        {
            throw new CheckFailedException($"No TLS at port {port} of {target.Address}: {failure.Message}", "Start the server with the same settings: agentpost serve.");
        }
    }
}
