using System.Security.Cryptography;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Tls;

namespace AgentPost.Host.Serving;

/// <summary>Loads the server's certificate according to the settings.</summary>
static class Certificates
{
    public static TlsCertificates Open(Options options, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<TlsCertificates>();
        try
        {
            return options is { TlsCertificate: { } certificate, TlsKey: { } key }
                ? TlsCertificates.FromFiles(certificate, key, logger, TimeProvider.System)
                : TlsCertificates.FromPrivateCa(options.CertificateFolder, options.Hostname, logger, TimeProvider.System);
        }
        // A private key that does not match the certificate causes an ArgumentException.
        catch (Exception broken)
            when (broken is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(
                options.TlsCertificate is { } given
                    ? $"The certificate {given} with the key {options.TlsKey} cannot be used ({broken.Message}): correct Tls:Certificate and Tls:Key."
                    : $"No certificate can be made in {options.CertificateFolder} ({broken.Message}): make the folder writable or set Tls:Folder.",
                broken);
        }
    }
}
