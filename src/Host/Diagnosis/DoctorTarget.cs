using System.Net;
using System.Security.Cryptography.X509Certificates;
using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Protocol.Tls;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Diagnosis;

/// <summary>The server to check, as a client on this host connects to it, with an inbox and a key.</summary>
sealed record DoctorTarget(Options Options, MailStore Store, Inbox Inbox, string Key)
{
    /// <summary>Address at which this host can connect to the listeners.</summary>
    public IPAddress Address =>
        Options.Listen.Equals(IPAddress.Any) ? IPAddress.Loopback : Options.Listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : Options.Listen;

    /// <summary>
    /// The certificate authority that the server generated. Null if the operator configured a certificate.
    /// </summary>
    public string? AuthorityPath => Options.TlsCertificate is null ? Path.Combine(Options.CertificateFolder, "ca.pem") : null;

    public ImapServerEndpoint ImapServer => new(Options.Hostname, Options.ImapPort, Address, RemoteTls.Implicit, Trust);

    public RemoteLogin Login => new(Inbox.Address.Value, SecretKind.Password, Key);

    public SmtpPeer SmtpPeer => new(Options.Hostname, Options.SmtpPort)
    {
        Address = Address,
        Tls = TlsUse.Implicit,
        Trust = Trust,
        Credentials = new(Inbox.Address.Value, Key),
    };

    public CertificateTrust Trust => AuthorityPath is { } path && File.Exists(path)
        ? CertificateTrust.SystemAnd([X509CertificateLoader.LoadCertificateFromFile(path)])
        : CertificateTrust.System;
}
