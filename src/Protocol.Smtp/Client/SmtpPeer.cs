using System.Net;
using AgentPost.Protocol.Tls;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>The remote server to connect to, and how.</summary>
/// <param name="Host">Host name, which must match the certificate, or an IP address.</param>
public sealed record SmtpPeer(string Host, int Port)
{
    /// <summary>The address to connect to. Null to let the system resolve the name.</summary>
    public IPAddress? Address { get; init; }

    public TlsUse Tls { get; init; } = TlsUse.StartTls;

    public CertificateTrust Trust { get; init; } = CertificateTrust.System;

    /// <summary>Null to send without a login.</summary>
    public SmtpCredentials? Credentials { get; init; }

    public override string ToString() => Address is null || Host == Address.ToString() ? $"{Host}:{Port}" : $"{Host}[{Address}]:{Port}";
}
