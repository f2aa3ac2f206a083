using System.Net;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Host.Settings;

/// <summary>
/// The parsed settings in effect. <see cref="SettingTable"/> has a row for each, with its default and its description.
/// </summary>
sealed record Options
{
    public string DataFolder { get; init; } = "";

    /// <summary>Minimum free disk space in bytes for accepting mail. Zero means no minimum.</summary>
    public long FreeDisk { get; init; }

    /// <summary>Connection to the database. Null for the embedded Postgres.</summary>
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

    /// <summary>Proxies that are trusted to name the client of a request.</summary>
    public NetworkList HttpTrustedProxies { get; init; } = NetworkList.Empty;

    /// <summary>Proxies whose connections to the mail ports start with a PROXY header.</summary>
    public NetworkList ProxyProtocol { get; init; } = NetworkList.Empty;

    /// <summary>
    /// Public URL of the HTTP server, without a trailing slash. Null if it is taken from each request.
    /// </summary>
    public string? HttpUrl { get; init; }

    /// <summary>Local domain of the server. Inboxes created without an address get this domain.</summary>
    public string Domain { get; init; } = "";

    /// <summary>PEM file of the certificate. Null if it is generated in <see cref="TlsFolder"/>.</summary>
    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>Folder of the generated certificate. Null for <c>certs</c> in the data folder.</summary>
    public string? TlsFolder { get; init; }

    /// <summary>DNS servers to use. Null for the system's.</summary>
    public DnsOptions? Dns { get; init; }

    public string? BootstrapInbox { get; init; }

    public string? BootstrapKey { get; init; }

    /// <summary>
    /// Maximum size of one message in bytes. <see cref="long.MaxValue"/> means unlimited, as in the limits below.
    /// </summary>
    public long MessageSize { get; init; }

    public long Recipients { get; init; }

    public long ImapConnectionsPerInbox { get; init; }

    public long ConnectionsPerAddress { get; init; }

    public long Connections { get; init; }

    public DeliveryOptions Delivery { get; init; } = new();

    public SendLimits Sending { get; init; } = new();

    /// <summary>Maximum content of one inbox.</summary>
    public InboxCapacity Capacity { get; init; } = new();

    /// <summary>Maximum lengths of lists.</summary>
    public ListLimits Lists { get; init; } = new();

    public SearchLimits Searching { get; init; } = new();

    /// <summary>Key that encrypts secrets. Null if it is a file in the data folder.</summary>
    public byte[]? SecretsKey { get; init; }

    public RemoteAccountOptions Surfaces { get; init; } = new();

    /// <summary>Time that deleted messages stay in Trash. Zero for ever.</summary>
    public TimeSpan KeepTrash { get; init; }

    /// <summary>Time that events are kept, so that clients that were offline can resume.</summary>
    public TimeSpan KeepEvents { get; init; }

    /// <summary>Maximum bytes of an organization's events and their webhook deliveries.</summary>
    public long EventsSize { get; init; } = long.MaxValue;

    /// <summary>True if webhooks may use private and loopback addresses, and HTTP without TLS.</summary>
    public bool AllowPrivateWebhooks { get; init; }

    public WebhookOptions Webhooks { get; init; } = new();

    public LogLevel LogLevel { get; init; }

    public string CertificateFolder => TlsFolder ?? Path.Combine(DataFolder, "certs");

    public MailStoreOptions Store => new(DataFolder, Database)
    {
        Limits = Sending,
        Capacity = Capacity,
        ListLimits = Lists,
        // If the operator names an inbox to create, its domain is a local domain.
        Domains = BootstrapInbox is { } inbox ? [Domain, inbox[(inbox.LastIndexOf('@') + 1)..]] : [Domain],
        OperatorInbox = Inbound.Postmaster,
        Searching = Searching,
        KeepEvents = KeepEvents,
        EventsSize = EventsSize,
        SecretsKey = SecretsKey,
        FreeDisk = FreeDisk,
    };
}

/// <summary>Settings for sending events to webhooks.</summary>
sealed record WebhookOptions
{
    /// <summary>Maximum concurrent requests of this instance to one webhook.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Duration of failing after which a webhook is disabled; zero: never.</summary>
    public TimeSpan DisableAfter { get; init; }
}

/// <summary>Settings that limit which servers of remote accounts AgentPost may connect to.</summary>
sealed record RemoteAccountOptions
{
    public bool AllowPrivateAddresses { get; init; }

    public bool AllowUntrustedCertificates { get; init; }
}
