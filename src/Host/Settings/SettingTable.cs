using static AgentPost.Host.Settings.SettingParsers;

namespace AgentPost.Host.Settings;

/// <summary>Every setting there is, one row each. README.md shows the same table; a test compares the two.</summary>
static class SettingTable
{
    /// <summary>Read before all others, so only from the environment or the command line.</summary>
    public const string SettingsFile = "Settings";

    public static readonly IReadOnlyList<Setting> Rows =
    [
        new(SettingsFile, "appsettings.json", "path of the first settings file; relative to the program's folder (`./agentpost` makes it `./appsettings.json`)",
            (options, _) => options),
        new("Data", "/var/lib/agentpost", "folder of the embedded database and the spool (`./agentpost` makes it `./data`)",
            (options, text) => options with { DataFolder = Path.GetFullPath(text) }),
        new("Database", "", "Npgsql connection string or `postgres://` URL; unset: the embedded Postgres in the data folder",
            (options, text) => options with { Database = text }),
        new("Listen", "127.0.0.1", "IP address of the IMAP and SMTP listeners; `0.0.0.0` or `::` for all",
            (options, text) => options with { Listen = Address(text) }),
        new("Hostname", "", "name in greetings and in the generated certificate; unset: the machine's name",
            (options, text) => options with { Hostname = HostName(text) }),
        new("Imap:Port", "1993", "IMAP, implicit TLS; 0 = off",
            (options, text) => options with { ImapPort = Port(text) }),
        new("Imap:Hide", "", "IMAP capabilities not to advertise, for a client that they break: names apart by spaces, such as `CONDSTORE QRESYNC`",
            (options, text) => options with { ImapHide = Capabilities(text) }),
        new("Smtp:Port", "1465", "submission, implicit TLS; 0 = off",
            (options, text) => options with { SmtpPort = Port(text) }),
        new("Smtp:StartTlsPort", "0", "submission with mandatory STARTTLS, usually 587; 0 = off",
            (options, text) => options with { SmtpStartTlsPort = Port(text) }),
        NotYet("Mx:Port", "0", "inbound mail from other servers"),
        NotYet("Lmtp:Port", "0", "inbound mail by LMTP"),
        new("Domain", "agentpost.test", "domain of inboxes that the HTTP API makes without being told an address",
            (options, text) => options with { Domain = HostName(text).ToLowerInvariant() }),
        new("Http:Port", "8080", "HTTP: the API (`/api/v1`), health and client set-up; 0 = off",
            (options, text) => options with { HttpPort = Port(text) }),
        new("Http:Listen", "127.0.0.1", "IP address of the HTTP listener; change it only where a proxy in front terminates TLS",
            (options, text) => options with { HttpListen = Address(text) }),
        new("Http:Url", "", "where HTTP is reached from outside, such as `https://mail.example.com`, when a proxy in front terminates TLS",
            (options, text) => options with { HttpUrl = Url(text) }),
        new("Tls:Certificate", "", "PEM file with the server's certificate and its chain; unset: one is generated; reloaded when it changes",
            (options, text) => options with { TlsCertificate = Path.GetFullPath(text) }),
        new("Tls:Key", "", "PEM file with the certificate's private key",
            (options, text) => options with { TlsKey = Path.GetFullPath(text) }),
        new("Tls:Folder", "", "where the generated CA and certificate lie; unset: `certs` in the data folder (`./agentpost` makes it `./certs`)",
            (options, text) => options with { TlsFolder = Path.GetFullPath(text) }),
        new("Dns:Servers", "", "DNS servers to ask: `ip` or `ip:port`, apart by spaces or commas; unset: those of the system (`/etc/resolv.conf`)",
            (options, text) => options with { Dns = DnsServers(text) }),
        NotYet("Delivery:Mode", "hold", "`hold`: mail for other servers waits in the queue; `relay` and `direct` would send it"),
        NotYet("Delivery:Relay:Host", "", "smarthost"),
        NotYet("Delivery:Relay:Port", "", "port of the smarthost"),
        NotYet("Delivery:Relay:Username", "", "user name at the smarthost"),
        NotYet("Delivery:Relay:Password", "", "password at the smarthost"),
        NotYet("Delivery:Relay:Tls", "", "TLS with the smarthost"),
        new("Bootstrap:Inbox", "", "create this inbox at start if it does not exist",
            (options, text) => options with { BootstrapInbox = InboxAddressOf(text) }),
        new("Bootstrap:Key", "", "create this key, with all scopes and for all inboxes, at start if it does not exist",
            (options, text) => options with { BootstrapKey = Secret(text) }),
        new("Limits:MessageSize", "26214400", "octets of one message",
            (options, text) => options with { MessageSize = Limit(text) }),
        new("Limits:Recipients", "100", "recipients of one message",
            (options, text) => options with { Recipients = Limit(text) }),
        new("Limits:ImapConnectionsPerInbox", "20", "IMAP connections logged in to one inbox",
            (options, text) => options with { ImapConnectionsPerInbox = Limit(text) }),
        new("Limits:ConnectionsPerAddress", "100", "connections of one IP address that have not logged in",
            (options, text) => options with { ConnectionsPerAddress = Limit(text) }),
        new("Limits:Connections", "20000", "connections of all listeners together",
            (options, text) => options with { Connections = Limit(text) }),
        new("Limits:InboxSize", "unlimited", "octets of all messages that one inbox holds",
            (options, text) => options with { Capacity = options.Capacity with { Octets = Limit(text) } }),
        new("Limits:InboxMessages", "unlimited", "messages that one inbox holds",
            (options, text) => options with { Capacity = options.Capacity with { Messages = Limit(text) } }),
        new("Limits:MessagesPerMinute", "60", "messages that an inbox sends in a minute",
            (options, text) => options with { Sending = options.Sending with { MessagesPerMinute = Limit(text) } }),
        new("Limits:MessagesPerDay", "2000", "messages that an inbox sends in a day",
            (options, text) => options with { Sending = options.Sending with { MessagesPerDay = Limit(text) } }),
        new("Limits:OrganizationMessagesPerMinute", "unlimited", "messages that all inboxes together send in a minute",
            (options, text) => options with { Sending = options.Sending with { OrganizationMessagesPerMinute = Limit(text) } }),
        new("Limits:OrganizationMessagesPerDay", "unlimited", "messages that all inboxes together send in a day",
            (options, text) => options with { Sending = options.Sending with { OrganizationMessagesPerDay = Limit(text) } }),
        new("Limits:FirstTimeRecipientsPerDay", "200", "recipients an inbox writes to for the first time, in a day",
            (options, text) => options with { Sending = options.Sending with { FirstTimeRecipientsPerDay = Limit(text) } }),
        new("Limits:RepliesPerThreadPerHour", "20", "replies that an inbox sends in one thread in an hour",
            (options, text) => options with { Sending = options.Sending with { RepliesPerThreadPerHour = Limit(text) } }),
        new("Trash:Days", "30", "days that deleted messages stay in Trash; 0 = for ever",
            (options, text) => options with { KeepTrash = Days(text) }),
        new("Log:Level", "Information", "`Trace`, `Debug`, `Information`, `Warning`, `Error` or `None`",
            (options, text) => options with { LogLevel = Level(text) }),
    ];

    public static Setting? Find(string name) => Rows.FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // A name that is reserved for what is not built: only its default is taken, so that nobody believes it to be in force.
    static Setting NotYet(string name, string standard, string meaning) => new(name, standard, $"not available yet: {meaning}",
        (options, text) => text == standard ? options : throw new FormatException("is not available yet; remove the setting"));
}
