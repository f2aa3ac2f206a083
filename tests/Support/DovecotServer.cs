using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AgentPost.Support;

/// <summary>
/// Dovecot as somebody else's IMAP server, on a loopback port, with a certificate that nobody vouches for and mail in a folder of its own. Every user has the same password.
/// Can be killed and started again. Disposing stops it and removes the folder.
/// </summary>
public sealed class DovecotServer : IAsyncDisposable
{
    public const string Password = "their-secret";

    const UnixFileMode Open = (UnixFileMode)0x1FF;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    static readonly string[] Programs = ["/usr/sbin/dovecot", "/opt/homebrew/opt/dovecot/sbin/dovecot", "/usr/local/opt/dovecot/sbin/dovecot"];

    readonly string _folder = Directory.CreateTempSubdirectory("agentpost-dovecot-").FullName;
    Process? _process;

    DovecotServer()
    {
        // A port that was free a moment ago may be given again.
        do
        {
            StartTlsPort = LoopbackPorts.Next();
        }
        while (StartTlsPort == Port);
    }

    /// <summary>TLS from the first octet.</summary>
    public int Port { get; } = LoopbackPorts.Next();

    /// <summary>With STARTTLS.</summary>
    public int StartTlsPort { get; }

    /// <summary>Who reads and writes mail.</summary>
    public static string MailUser => IsRoot ? "nobody" : Environment.UserName;

    public string CertificatePath => Path.Combine(_folder, "cert.pem");

    public string KeyPath => Path.Combine(_folder, "key.pem");

    /// <summary>A Maildir for each user.</summary>
    public string MailFolder => Path.Combine(_folder, "mail");

    /// <summary>Socket on which Postfix asks who may log in.</summary>
    public string LoginSocket => Path.Combine(_folder, "logins");

    static bool IsRoot => Environment.UserName == "root";

    /// <param name="settings">Further lines of dovecot.conf.</param>
    public static async Task<DovecotServer> StartAsync(params string[] settings)
    {
        var server = new DovecotServer();
        try
        {
            await server.PrepareAsync(settings);
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An IMAP connection of a user.</summary>
    public async Task<ImapDialogue> LogInAsync(string user)
    {
        var imap = await ImapDialogue.BeginAsync(LineClient.ConnectAsync("127.0.0.1", Port, null, CancellationToken.None));
        await imap.LogInAsync(user, Password);
        return imap;
    }

    /// <summary>kill -9 of the master; its children end with it.</summary>
    public async Task KillAsync()
    {
        _process?.Kill(entireProcessTree: true);
        await EndAsync();
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    public async Task RunAsync()
    {
        var start = new ProcessStartInfo(Program(), ["-F", "-c", Path.Combine(_folder, "dovecot.conf")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("Dovecot did not start.");
        using var limit = new CancellationTokenSource(Limit);
        while (!await AnswersAsync(limit.Token))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"Dovecot ended: {await _process.StandardError.ReadToEndAsync(limit.Token)}\n{ReadLog()}");
            }
        }
    }

    /// <summary>Stops it, gives the INBOX of a user another UIDVALIDITY, as a restored back-up has, and starts it again.</summary>
    public async Task RenumberAsync(string user)
    {
        await KillAsync();
        var mail = Path.Combine(MailFolder, user);
        foreach (var index in Directory.EnumerateFiles(mail, "dovecot.index*").Append(Path.Combine(mail, "dovecot-uidvalidity")))
        {
            File.Delete(index);
        }
        // "3 V1700000000 N5 G…", then a line "UID :name" for each message
        var list = Path.Combine(mail, "dovecot-uidlist");
        var lines = await File.ReadAllLinesAsync(list);
        var head = lines[0].Split(' ');
        var validity = uint.Parse(head[1][1..], CultureInfo.InvariantCulture) + 1000;
        const int Shift = 100;
        var next = uint.Parse(head[2][1..], CultureInfo.InvariantCulture) + Shift;
        await File.WriteAllLinesAsync(list, lines.Skip(1).Select(line => line.Split(' ', 2)).Select(line => $"{uint.Parse(line[0], CultureInfo.InvariantCulture) + Shift} {line[1]}")
            .Prepend($"{head[0]} V{validity} N{next} {string.Join(' ', head.Skip(3))}"));
        await RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            ProgramUnderTest.Terminate(_process.Id);
        }
        await EndAsync();
        Directory.Delete(_folder, recursive: true);
    }

    static string Program() => Array.Find(Programs, File.Exists)
        ?? throw new InvalidOperationException("Dovecot is not installed: ./agentpost test does it, or apt-get install dovecot-imapd.");

    async Task PrepareAsync(string[] settings)
    {
        Directory.CreateDirectory(MailFolder);
        if (!OperatingSystem.IsWindows())
        {
            // Run by root, it reads and writes mail as another user.
            File.SetUnixFileMode(_folder, Open);
            File.SetUnixFileMode(MailFolder, Open);
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        await File.WriteAllTextAsync(CertificatePath, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(KeyPath, key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "dovecot.conf"), Settings() + string.Join('\n', settings) + "\n");
    }

    string Settings()
    {
        var user = Environment.UserName;
        var users = IsRoot ? "" : $"default_login_user = {user}\ndefault_internal_user = {user}\ndefault_internal_group = {user}\n";
        return $$"""
            base_dir = {{_folder}}/run
            state_dir = {{_folder}}/state
            log_path = {{_folder}}/dovecot.log
            protocols = imap
            listen = 127.0.0.1
            ssl = required
            ssl_cert = <{{CertificatePath}}
            ssl_key = <{{KeyPath}}
            auth_mechanisms = plain login
            first_valid_uid = 0
            first_valid_gid = 0
            mail_location = maildir:{{MailFolder}}/%u
            {{users}}
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid={{MailUser}} gid={{(IsRoot ? "nogroup" : user)}} home={{MailFolder}}/%u
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{StartTlsPort}}
              }
              inet_listener imaps {
                port = {{Port}}
                ssl = yes
              }
            }
            service auth {
              unix_listener {{LoginSocket}} {
                mode = 0666
              }
            }
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }

            """;
    }

    async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var line = await LineClient.ConnectAsync("127.0.0.1", Port, null, cancellation);
            return await line.ReadLineAsync(cancellation) is not null;
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            await Task.Delay(20, cancellation);
            return false;
        }
    }

    async Task EndAsync()
    {
        if (_process is not null)
        {
            await CommandResult.WaitAsync(_process, Limit);
            _process.Dispose();
            _process = null;
        }
    }

    string ReadLog() => File.Exists(Path.Combine(_folder, "dovecot.log")) ? File.ReadAllText(Path.Combine(_folder, "dovecot.log")) : "";
}
