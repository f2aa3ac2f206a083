using System.Net;
using AgentPost.Protocol.Tls;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Remote;

/// <summary>An IMAP server to connect to.</summary>
/// <param name="Host">The name that the server's certificate must have, or an address.</param>
/// <param name="Address">The address to connect to, already checked.</param>
sealed record ImapServerEndpoint(string Host, int Port, IPAddress Address, RemoteTls Tls, CertificateTrust Trust)
{
    public ImapTimeouts Timeouts { get; init; } = ImapTimeouts.Standard;

    public override string ToString() => Host == Address.ToString() ? $"{Host}:{Port}" : $"{Host}[{Address}]:{Port}";
}

/// <summary>Timeouts of a session with an IMAP server.</summary>
sealed record ImapTimeouts
{
    public static ImapTimeouts Standard { get; } = new();

    /// <summary>Timeout for the TCP connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Timeout for TLS, the greeting and the capabilities.</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Timeout for the whole response to a command.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Timeout for a whole message.</summary>
    public TimeSpan Message { get; init; } = TimeSpan.FromMinutes(15);
}
