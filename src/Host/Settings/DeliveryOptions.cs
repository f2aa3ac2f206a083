using System.Net;
using AgentPost.Protocol.Smtp.Client;

namespace AgentPost.Host.Settings;

/// <summary>How mail leaves.</summary>
sealed record DeliveryOptions
{
    public DeliveryMode Mode { get; init; }

    public string? RelayHost { get; init; }

    public int RelayPort { get; init; }

    public string? RelayUserName { get; init; }

    public string? RelayPassword { get; init; }

    public TlsUse RelayTls { get; init; }

    public bool ChecksRelayCertificate { get; init; } = true;

    /// <summary>PEM file of authorities that are trusted beside the system's; null: none.</summary>
    public string? RelayCa { get; init; }

    /// <summary>The other machine that mail leaves by; null: it leaves by this one, be it through a relay that runs here.</summary>
    public string? RelayElsewhere =>
        Mode is not DeliveryMode.Relay || RelayHost is null or "localhost" || (IPAddress.TryParse(RelayHost, out var literal) && IPAddress.IsLoopback(literal)) ? null : RelayHost;

    /// <summary>Of other servers, when mail goes to them directly.</summary>
    public int Port { get; init; }

    /// <summary>True if mode <c>direct</c> may connect to private and loopback addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    public int Connections { get; init; }

    public int ConnectionsPerDestination { get; init; }

    /// <summary>To one domain, to the relay, or by one account elsewhere; <see cref="long.MaxValue"/> is unlimited.</summary>
    public long MessagesPerMinutePerDestination { get; init; }

    /// <summary>When the sender is told that a message takes long; zero: never.</summary>
    public TimeSpan DelayNotice { get; init; }
}

enum DeliveryMode
{
    /// <summary>Nothing leaves.</summary>
    Hold,

    /// <summary>All goes to one server, which sees to the rest.</summary>
    Relay,

    /// <summary>To the servers that the DNS names for each domain.</summary>
    Direct,
}
