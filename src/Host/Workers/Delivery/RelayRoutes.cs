using System.Security.Cryptography.X509Certificates;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Protocol.Tls;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Routes all mail to the relay (smarthost).</summary>
sealed class RelayRoutes(SmtpPeer relay) : IRoutes
{
    public static RelayRoutes Of(DeliveryOptions options) => new(
        new(options.RelayHost ?? throw new CommandException("Delivery:Relay:Host is not set."), options.RelayPort)
        {
            Tls = options.RelayTls,
            Trust = TrustOf(options),
            Credentials = options is { RelayUserName: { } user, RelayPassword: { } password } ? new(user, password) : null,
        });

    public QueueScope? ScopeOf(QueueScope due) => due == QueueScope.Here ? due : due.Inbox is null ? QueueScope.Elsewhere : null;

    public Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation) => Task.FromResult(Route.To([relay]));

    static CertificateTrust TrustOf(DeliveryOptions options)
    {
        if (!options.ChecksRelayCertificate)
        {
            return CertificateTrust.Any;
        }
        if (options.RelayCa is not { } file)
        {
            return CertificateTrust.System;
        }
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new CommandException($"The certificates in {file} cannot be read ({broken.Message}): correct Delivery:Relay:Ca.", broken);
        }
        return CertificateTrust.SystemAnd(roots);
    }
}
