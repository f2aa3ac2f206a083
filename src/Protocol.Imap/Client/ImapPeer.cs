using System.Net;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>The IMAP server of somebody else to connect to.</summary>
/// <param name="Host">Its name, which its certificate must bear, or an address.</param>
public sealed record ImapPeer(string Host, int Port)
{
    /// <summary>Null: as the system resolves the name.</summary>
    public IPAddress? Address { get; init; }

    public ImapTls Tls { get; init; } = ImapTls.Implicit;

    public CertificateTrust Trust { get; init; } = CertificateTrust.System;

    public override string ToString() => Address is null || Host == Address.ToString() ? $"{Host}:{Port}" : $"{Host}[{Address}]:{Port}";
}

/// <summary>How the connection is encrypted; a password never goes out in the clear.</summary>
public enum ImapTls
{
    /// <summary>From the first octet (RFC 8314 §3.2).</summary>
    Implicit,

    /// <summary>By STARTTLS or not at all.</summary>
    StartTls,
}
