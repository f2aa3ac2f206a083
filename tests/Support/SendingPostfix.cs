using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace AgentPost.Support;

/// <summary>Postfix as another server that sends to ours: takes mail by SMTP on a free loopback port and passes all of it on. It must be started by root.</summary>
public sealed class SendingPostfix : IAsyncDisposable
{
    const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Of Debian, Homebrew.
    static readonly (string Commands, string Daemons)[] Folders =
    [
        ("/usr/sbin", "/usr/lib/postfix/sbin"),
        ("/opt/homebrew/sbin", "/opt/homebrew/libexec/postfix"),
        ("/usr/local/sbin", "/usr/local/libexec/postfix"),
    ];

    static readonly string[] Services =
    [
        "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr", "tlsmgr unix - - n 1000? 1 tlsmgr", "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce", "verify unix - - n - 1 verify",
        "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp", "lmtp unix - - n - - lmtp", "error unix - - n - - error", "retry unix - - n - - error",
        "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache", "postlog unix-dgram n - n - 1 postlogd",
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("agentpost-postfix-").FullName;
    readonly Process _process;

    SendingPostfix(IEnumerable<string> settings, int port)
    {
        Port = port;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, Passable);
        }
        var (commands, daemons) = Array.Find(Folders, folder => File.Exists(Path.Combine(folder.Commands, "postfix")));
        if (commands is null)
        {
            throw new InvalidOperationException("Postfix is not installed: ./agentpost test does it, or apt-get install postfix.");
        }
        var configuration = Directory.CreateDirectory(Path.Combine(_folder, "conf")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "spool"));
        Run("chown", "postfix", Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName);
        File.WriteAllLines(Path.Combine(configuration, "main.cf"), [.. Common(commands, daemons), .. settings]);
        File.WriteAllLines(
            Path.Combine(configuration, "master.cf"), [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port} inet n - n - - smtpd"), .. Services]);
        _process = Process.Start(
            new ProcessStartInfo(Path.Combine(commands, "postfix"), ["-c", configuration, "start-fg"]) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("Postfix did not start.");
    }

    public int Port { get; }

    /// <summary>What it did so far.</summary>
    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";

    string LogPath => Path.Combine(_folder, "log");

    /// <param name="settings">Lines of main.cf: where mail goes.</param>
    public static async Task<SendingPostfix> StartAsync(params string[] settings)
    {
        var postfix = new SendingPostfix(settings, ProgramUnderTest.FreePort());
        try
        {
            await postfix.WaitUntilReadyAsync();
            return postfix;
        }
        catch
        {
            await postfix.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Its master ends its children.
            ProgramUnderTest.Terminate(_process.Id);
            await CommandResult.WaitAsync(_process, Limit);
        }
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    IEnumerable<string> Common(string commands, string daemons) =>
    [
        "compatibility_level = 3.6", $"queue_directory = {_folder}/spool", $"data_directory = {_folder}/data", $"command_directory = {commands}",
        $"daemon_directory = {daemons}", $"maillog_file = {LogPath}", $"maillog_file_prefixes = {_folder}", "mail_owner = postfix", "setgid_group = postdrop",
        "myhostname = sender.test", "mydestination =", "alias_maps =", "mynetworks = 127.0.0.0/8", "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4",
    ];

    static void Run(string program, params string[] words)
    {
        using var process = Process.Start(program, words);
        process.WaitForExit();
    }

    async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port, limit.Token);
                return;
            }
            catch (SocketException refused)
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"Postfix ended: {await _process.StandardError.ReadToEndAsync(limit.Token)}{Log}", refused);
                }
                await Task.Delay(Pause, limit.Token);
            }
        }
    }
}
