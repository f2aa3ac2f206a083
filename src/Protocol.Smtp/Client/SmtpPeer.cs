using System.Net;
using AgentPost.Protocol.Tls;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>The server to connect to.</summary>
/// <param name="Host">Its name, which its certificate must bear, or an address.</param>
public sealed record SmtpPeer(string Host, int Port)
{
    /// <summary>Null: as the system resolves the name.</summary>
    public IPAddress? Address { get; init; }

    public TlsUse Tls { get; init; } = TlsUse.StartTls;

    public CertificateTrust Trust { get; init; } = CertificateTrust.System;

    /// <summary>Null: without a login.</summary>
    public SmtpCredentials? Credentials { get; init; }

    public override string ToString() => Address is null || Host == Address.ToString() ? $"{Host}:{Port}" : $"{Host}[{Address}]:{Port}";
}
