using System.Net;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Host.Settings;

/// <summary>The settings in force, parsed. <see cref="SettingTable"/> has a row for each, with its default and its meaning.</summary>
sealed record Options
{
    public string DataFolder { get; init; } = "";

    /// <summary>Bytes that must be free on its disk for mail to be accepted; zero: no limit.</summary>
    public long FreeDisk { get; init; }

    /// <summary>Null: embedded.</summary>
    public string? Database { get; init; }

    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    public string Hostname { get; init; } = "";

    public int ImapPort { get; init; }

    /// <summary>IMAP capabilities that are not advertised.</summary>
    public IReadOnlyList<string> ImapHide { get; init; } = [];

    public int SmtpPort { get; init; }

    public int SmtpStartTlsPort { get; init; }

    public int MxPort { get; init; }

    public int LmtpPort { get; init; }

    public IPAddress LmtpListen { get; init; } = IPAddress.Loopback;

    public InboundOptions Inbound { get; init; } = new();

    public int HttpPort { get; init; }

    public IPAddress HttpListen { get; init; } = IPAddress.Loopback;

    /// <summary>Proxies that are believed when they say which client a request is from.</summary>
    public NetworkList HttpTrustedProxies { get; init; } = NetworkList.Empty;

    /// <summary>Proxies whose connections to the mail ports start with a PROXY header.</summary>
    public NetworkList ProxyProtocol { get; init; } = NetworkList.Empty;

    /// <summary>Where HTTP is reached from outside, without a slash at the end; null: as each request says.</summary>
    public string? HttpUrl { get; init; }

    /// <summary>A domain that the server owns; that of inboxes that are made without an address.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Null: generated in <see cref="TlsFolder"/>.</summary>
    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>Null: <c>certs</c> in the data folder.</summary>
    public string? TlsFolder { get; init; }

    /// <summary>Null: the system's.</summary>
    public DnsOptions? Dns { get; init; }

    public string? BootstrapInbox { get; init; }

    public string? BootstrapKey { get; init; }

    /// <summary>Octets of one message; <see cref="long.MaxValue"/> is unlimited, as in the limits below.</summary>
    public long MessageSize { get; init; }

    public long Recipients { get; init; }

    public long ImapConnectionsPerInbox { get; init; }

    public long ConnectionsPerAddress { get; init; }

    public long Connections { get; init; }

    public DeliveryOptions Delivery { get; init; } = new();

    public SendLimits Sending { get; init; } = new();

    /// <summary>What one inbox may hold.</summary>
    public InboxCapacity Capacity { get; init; } = new();

    /// <summary>How long lists may become.</summary>
    public ListLimits Lists { get; init; } = new();

    public SearchLimits Searching { get; init; } = new();

    /// <summary>Null: a key in the data folder.</summary>
    public byte[]? SecretsKey { get; init; }

    public RemoteAccountOptions Surfaces { get; init; } = new();

    /// <summary>How long deleted messages stay in Trash; zero: for ever.</summary>
    public TimeSpan KeepTrash { get; init; }

    /// <summary>How long events are kept for those who come again.</summary>
    public TimeSpan KeepEvents { get; init; }

    /// <summary>Maximum bytes of the events of an organization and their webhook deliveries.</summary>
    public long EventsSize { get; init; } = long.MaxValue;

    /// <summary>Whether webhooks may lead to private and loopback addresses, and in the clear.</summary>
    public bool AllowPrivateWebhooks { get; init; }

    public WebhookOptions Webhooks { get; init; } = new();

    public LogLevel LogLevel { get; init; }

    public string CertificateFolder => TlsFolder ?? Path.Combine(DataFolder, "certs");

    public MailStoreOptions Store => new(DataFolder, Database)
    {
        Limits = Sending,
        Capacity = Capacity,
        ListLimits = Lists,
        // The operator who names an inbox to create means its domain to be the server's.
        Domains = BootstrapInbox is { } inbox ? [Domain, inbox[(inbox.LastIndexOf('@') + 1)..]] : [Domain],
        OperatorInbox = Inbound.Postmaster,
        Searching = Searching,
        KeepEvents = KeepEvents,
        EventsSize = EventsSize,
        SecretsKey = SecretsKey,
        FreeDisk = FreeDisk,
    };
}

/// <summary>How events are sent to webhooks.</summary>
sealed record WebhookOptions
{
    /// <summary>Maximum requests of this instance to one webhook at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Duration of failing after which a webhook is disabled; zero: never.</summary>
    public TimeSpan DisableAfter { get; init; }
}

/// <summary>Which servers of remote accounts AgentPost may connect to.</summary>
sealed record RemoteAccountOptions
{
    public bool AllowPrivateAddresses { get; init; }

    public bool AllowUntrustedCertificates { get; init; }
}
