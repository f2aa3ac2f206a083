using System.Globalization;
using System.Net;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>
/// Debian's Postfix as another server, with folders of its own: takes mail for the domains that it is given and keeps each message as a file, but for those with the subject
/// "poison", which it refuses after their data. Postfix is started by root or not at all.
/// </summary>
sealed class Postfix : IAsyncDisposable
{
    const int MailUser = 65534;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string _folder = Directory.CreateTempSubdirectory("agentpost-postfix-").FullName;
    readonly string _domains;
    string[] _settings;

    Postfix(IPAddress address, int port, string domains, string[] settings)
    {
        Address = address;
        Port = port;
        _domains = domains;
        _settings = settings;
    }

    public IPAddress Address { get; }

    public int Port { get; }

    string Configuration => Path.Combine(_folder, "etc");

    string Mail => Path.Combine(_folder, "mail");

    /// <param name="domains">Apart by blanks.</param>
    /// <param name="settings">Further lines of main.cf.</param>
    public static async Task<Postfix> StartAsync(string domains, int? port = null, IPAddress? address = null, params string[] settings)
    {
        var postfix = new Postfix(address ?? IPAddress.Loopback, port ?? LoopbackPorts.Next(), domains, settings);
        await postfix.StartAsync();
        return postfix;
    }

    /// <summary>Starts it on loopback with TLS, under a certificate for <c>localhost</c>, and takes nothing without a login: user <c>robot</c>, password <c>secret</c>.</summary>
    /// <param name="tls">Lines about when TLS begins.</param>
    public static async Task<Postfix> StartWithLoginAsync(string domains, params string[] tls)
    {
        var postfix = new Postfix(IPAddress.Loopback, LoopbackPorts.Next(), domains, []);
        postfix._settings = [.. await postfix.MakeLoginAsync(), .. tls];
        await postfix.StartAsync();
        return postfix;
    }

    /// <summary>Starts it as a server that passes on all that it gets.</summary>
    /// <param name="settings">Lines about where to.</param>
    public static Task<Postfix> StartSendingAsync(params string[] settings) =>
        StartAsync("", settings: ["smtpd_recipient_restrictions = permit_mynetworks, reject", .. settings]);

    /// <summary>Starts it, again after <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        await ConfigureAsync();
        await RunAsync("start");
        await ListensAsync();
    }

    /// <summary>Starts it again with other settings.</summary>
    public Task StartAsync(params string[] settings)
    {
        _settings = settings;
        return StartAsync();
    }

    public Task StopAsync() => RunAsync("stop");

    /// <summary>Stops it at once: connections break in the midst of what is said.</summary>
    public Task AbortAsync() => RunAsync("abort");

    public string CertificatePath => Path.Combine(_folder, "certificate.pem");

    /// <summary>Answers RCPT so from now on: lines of a regexp table (access(5)); none: it takes all.</summary>
    public async Task AnswerRecipientsAsync(params string[] rules)
    {
        await File.WriteAllLinesAsync(Path.Combine(Configuration, "access"), rules);
        // Not "reload": processes from before would still take a connection.
        await StopAsync();
        await RunAsync("start");
        await ListensAsync();
    }

    /// <summary>The messages that have come for a mailbox, as files hold them, in no order.</summary>
    public IReadOnlyList<string> Messages(string address)
    {
        var folder = Path.Combine(Mail, "all", "new");
        return
        [
            .. (Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
                .Select(file => File.ReadAllText(file, Encoding.Latin1))
                .Where(text => text.Contains($"\nDelivered-To: {address}\n", StringComparison.Ordinal)),
        ];
    }

    /// <summary>Waits until it has filed all that it accepted; then each of these has one message, which of the first is returned.</summary>
    public async Task<string> MessageAsync(params string[] addresses)
    {
        await Eventually.IsAsync(() => addresses.All(address => Messages(address).Count > 0), $"mail for {string.Join(' ', addresses)}\n{Log}");
        return addresses.Select(address => Messages(address).Single()).First();
    }

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string LogFile => Path.Combine(_folder, "log");

    async Task<string[]> MakeLoginAsync()
    {
        var (certificate, key) = ServerCertificate.Create("localhost");
        await File.WriteAllTextAsync(CertificatePath, certificate);
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), key);
        var passwords = Path.Combine(_folder, "passwords");
        // Where Debian's looks; elsewhere it is told.
        var sasl = Directory.CreateDirectory(Path.Combine(Configuration, "sasl")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(sasl, "smtpd.conf"), $"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {passwords}\n");
        await Commands.RunAsync("sh", Patience, "-c", $"printf secret | saslpasswd2 -p -c -f '{passwords}' -u peer.test robot && chown postfix '{passwords}'");
        return
        [
            $"smtpd_tls_cert_file = {CertificatePath}",
            $"smtpd_tls_key_file = {_folder}/key.pem",
            "smtpd_tls_auth_only = yes",
            "smtpd_sasl_auth_enable = yes",
            "smtpd_sasl_path = smtpd",
            "smtpd_sasl_local_domain = peer.test",
            $"cyrus_sasl_config_path = {sasl}",
            "smtpd_recipient_restrictions = permit_sasl_authenticated, reject",
        ];
    }

    async Task ConfigureAsync()
    {
        Directory.CreateDirectory(Configuration);
        Directory.CreateDirectory(Path.Combine(_folder, "queue"));
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        Directory.CreateDirectory(Mail);
        await PassAsync(_folder);
        await OwnAsync("postfix", Path.Combine(_folder, "data"));
        await OwnAsync(MailUser.ToString(CultureInfo.InvariantCulture), Mail);
        if (!File.Exists(Path.Combine(Configuration, "access")))
        {
            await File.WriteAllTextAsync(Path.Combine(Configuration, "access"), "");
        }
        await File.WriteAllTextAsync(Path.Combine(Configuration, "headers"), "/^Subject: poison$/ REJECT Not that\n");
        await File.WriteAllLinesAsync(Path.Combine(Configuration, "main.cf"),
        [
            "compatibility_level = 3.6",
            $"queue_directory = {_folder}/queue",
            $"data_directory = {_folder}/data",
            $"maillog_file = {LogFile}",
            $"maillog_file_prefixes = {_folder}",
            "myhostname = peer.test",
            "mydestination =",
            "alias_maps =",
            "inet_interfaces = all",
            "inet_protocols = ipv4",
            "mynetworks = 127.0.0.0/8",
            $"virtual_mailbox_domains = {_domains}",
            $"virtual_mailbox_base = {Mail}",
            "virtual_mailbox_maps = static:all/",
            $"virtual_uid_maps = static:{MailUser}",
            $"virtual_gid_maps = static:{MailUser}",
            $"smtpd_recipient_restrictions = check_recipient_access regexp:{Configuration}/access, reject_unauth_destination",
            $"header_checks = regexp:{Configuration}/headers",
            "smtpd_client_connection_count_limit = 0",
            .. _settings,
        ]);
        await File.WriteAllLinesAsync(Path.Combine(Configuration, "master.cf"),
        [
            $"{Address}:{Port} inet n - n - - smtpd",
            "cleanup unix n - n - 0 cleanup",
            "qmgr unix n - n 300 1 qmgr",
            "rewrite unix - - n - - trivial-rewrite",
            "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce",
            "proxymap unix - - n - - proxymap",
            "error unix - - n - - error",
            "retry unix - - n - - error",
            "virtual unix - n n - - virtual",
            "smtp unix - - n - - smtp",
            "lmtp unix - - n - - lmtp",
            "anvil unix - - n - 1 anvil",
            "tlsmgr unix - - n 1000? 1 tlsmgr",
            "postlog unix-dgram n - n - 1 postlogd",
        ]);
    }

    async Task ListensAsync() => await Eventually.IsAsync(
        async () =>
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync(Address, Port);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        },
        $"Postfix on port {Port}\n{Log}");

    Task RunAsync(string command) => Commands.RunAsync("postfix", Patience, "-c", Configuration, command);

    static Task OwnAsync(string user, string folder) => Commands.RunAsync("chown", Patience, user, folder);

    static Task PassAsync(string folder) => Commands.RunAsync("chmod", Patience, "755", folder);
}
