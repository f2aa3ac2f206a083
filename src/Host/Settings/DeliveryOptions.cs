using System.Net;
using AgentPost.Protocol.Smtp.Client;

namespace AgentPost.Host.Settings;

/// <summary>Settings for outbound mail.</summary>
sealed record DeliveryOptions
{
    public DeliveryMode Mode { get; init; }

    public string? RelayHost { get; init; }

    public int RelayPort { get; init; }

    public string? RelayUserName { get; init; }

    public string? RelayPassword { get; init; }

    public TlsUse RelayTls { get; init; }

    public bool ChecksRelayCertificate { get; init; } = true;

    /// <summary>
    /// PEM file of certificate authorities that are trusted in addition to the system's. Null if there are none.
    /// </summary>
    public string? RelayCa { get; init; }

    /// <summary>
    /// The remote relay host. Null if this host sends the mail itself, or through a relay that runs on it.
    /// </summary>
    public string? RelayElsewhere =>
        Mode is not DeliveryMode.Relay || RelayHost is null or "localhost" || (IPAddress.TryParse(RelayHost, out var literal) && IPAddress.IsLoopback(literal)) ? null : RelayHost;

    /// <summary>Port of remote servers in mode <c>direct</c>.</summary>
    public int Port { get; init; }

    /// <summary>True if mode <c>direct</c> may connect to private and loopback addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    public int Connections { get; init; }

    public int ConnectionsPerDestination { get; init; }

    /// <summary>
    /// Rate limit for one domain, for the relay, or for one remote account. <see cref="long.MaxValue"/> means
    /// unlimited.
    /// </summary>
    public long MessagesPerMinutePerDestination { get; init; }

    /// <summary>Age of a message at which a delay DSN is sent. Zero for never.</summary>
    public TimeSpan DelayNotice { get; init; }
}

enum DeliveryMode
{
    /// <summary>No mail is sent, except through remote accounts.</summary>
    Hold,

    /// <summary>Mail is sent to one relay, which delivers it.</summary>
    Relay,

    /// <summary>Mail is sent to the servers that the DNS names for each domain.</summary>
    Direct,
}
