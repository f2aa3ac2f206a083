using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace AgentPost.Support;

/// <summary>
/// The real program, run as a process on free loopback ports with a folder and a database of its own, and an inbox and a key to use it with. It can be
/// killed and started again on the same folder, database and ports. Disposing stops it and removes the folder; the database is the caller's.
/// </summary>
public sealed class ProgramUnderTest : IAsyncDisposable
{
    public const string Inbox = "agent@agentpost.test";

    const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    readonly string? _database;
    readonly IReadOnlyDictionary<string, string> _settings;
    readonly StringBuilder _output = new();
    readonly StringBuilder _log = new();
    Process? _process;
    X509Certificate2? _authority;

    ProgramUnderTest(string? database, IReadOnlyDictionary<string, string> settings)
    {
        _database = database;
        _settings = settings;
        Folder = Directory.CreateTempSubdirectory("agentpost-program-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // Run by root, the embedded Postgres is another user, who must be able to pass.
            File.SetUnixFileMode(Folder, Passable);
        }
    }

    public string Folder { get; }

    /// <summary>The secret of a key with all scopes for all inboxes.</summary>
    public string Key { get; } = "ap_sk_" + Convert.ToHexString(Guid.NewGuid().ToByteArray()) + Convert.ToHexString(Guid.NewGuid().ToByteArray());

    public int ImapPort { get; } = LoopbackPorts.Next();

    public int SmtpPort { get; } = LoopbackPorts.Next();

    public int HttpPort { get; } = LoopbackPorts.Next();

    public int MxPort { get; } = LoopbackPorts.Next();

    public int LmtpPort { get; } = LoopbackPorts.Next();

    public string CaPath => Path.Combine(Folder, "certs", "ca.pem");

    public int ProcessId => Running.Id;

    /// <summary>True if it does not run, whoever ended it.</summary>
    public bool HasEnded => _process is null or { HasExited: true };

    /// <summary>How wrong the program's clock is from its next start on, as faketime writes it (<c>+90s</c>); null: not at all.</summary>
    public string? ClockShift { get; set; }

    /// <summary>The library of Debian's package faketime; null if it is not installed.</summary>
    public static string? FakeTimeLibrary { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    /// <summary>What it has written to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written to standard error so far.</summary>
    public string ErrorOutput => Text(_log);

    Process Running => _process ?? throw new InvalidOperationException("The program does not run.");

    /// <summary>Starts the program and waits until it is ready.</summary>
    /// <param name="database">Connection string; null: the program's embedded Postgres, in its own folder.</param>
    /// <param name="settings">Further settings by their environment names; an empty value takes one of the usual ones away.</param>
    public static async Task<ProgramUnderTest> StartAsync(string? database, params (string Name, string Value)[] settings)
    {
        var program = new ProgramUnderTest(database, settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        try
        {
            await program.StartAsync();
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        _process = Run(["serve"]);
        Capture(_process.StandardOutput, _output);
        Capture(_process.StandardError, _log);
        await WaitUntilReadyAsync();
    }

    /// <summary>An IMAP connection logged in to <see cref="Inbox"/>.</summary>
    public async Task<ImapDialogue> LogInToImapAsync()
    {
        var imap = await ImapDialogue.BeginAsync(ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(Inbox, Key);
        return imap;
    }

    /// <summary>An SMTP connection logged in to <see cref="Inbox"/>.</summary>
    public async Task<SmtpDialogue> LogInToSmtpAsync()
    {
        var smtp = await SmtpDialogue.BeginAsync(ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(Inbox, Key);
        return smtp;
    }

    public Task<LineClient> ConnectImapAsync(CancellationToken cancellation) => LineClient.ConnectAsync("127.0.0.1", ImapPort, Authority(), cancellation);

    public Task<LineClient> ConnectSmtpAsync(CancellationToken cancellation) => LineClient.ConnectAsync("127.0.0.1", SmtpPort, Authority(), cancellation);

    /// <summary>In the clear, as other servers connect.</summary>
    public Task<LineClient> ConnectMxAsync(CancellationToken cancellation) => LineClient.ConnectPlainAsync("127.0.0.1", MxPort, cancellation);

    /// <summary>In the clear.</summary>
    public Task<LineClient> ConnectLmtpAsync(CancellationToken cancellation) => LineClient.ConnectPlainAsync("127.0.0.1", LmtpPort, cancellation);

    /// <summary>Runs another command of the program with the same settings, to its end.</summary>
    public async Task<CommandResult> RunCommandAsync(params string[] words)
    {
        using var process = Run(words);
        return await CommandResult.OfAsync(process, StopLimit);
    }

    /// <summary>Runs another command of the program on a terminal, and returns the lines that the screen shows at its end.</summary>
    /// <param name="input">Typed when the command asks a yes-or-no question; empty: nothing.</param>
    public async Task<(int ExitCode, IReadOnlyList<string> Screen)> RunOnTerminalAsync(string input, params string[] words)
    {
        var script = Path.Combine(Repository.Root, "tests", "Clients", "terminal.py");
        using var process = Run("python3", [script, input, Repository.Program, .. words]);
        var result = await CommandResult.OfAsync(process, StopLimit);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script} ended with {result.ExitCode}:\n{result.Error}");
        }
        var ended = JsonElement.Parse(result.Output);
        return (
            ended.GetProperty("exit").GetInt32(),
            [.. ended.GetProperty("screen").EnumerateArray().Select(line => line.GetString() ?? "")]);
    }

    /// <summary>Starts another command of the program with the same settings; the caller waits for it, or kills it, and disposes it.</summary>
    public Process StartCommand(params string[] words) => Run(words);

    /// <summary>kill -9: no word, no flush.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await EndAsync();
    }

    /// <summary>As <see cref="KillAsync"/>, if it runs.</summary>
    public async Task KillIfRunningAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    /// <summary>SIGSTOP: the program stands still until <see cref="Thaw"/>.</summary>
    public void Freeze() => Signal(Running.Id, "STOP");

    public void Thaw() => Signal(Running.Id, "CONT");

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Terminate(Running.Id);
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            // The embedded Postgres ends with an orderly stop only.
            await StopAsync();
        }
        _process?.Dispose();
        _authority?.Dispose();
        var postgres = Path.Combine(Folder, "data", "postgres");
        if (Directory.Exists(postgres) && Directory.ResolveLinkTarget(postgres, returnFinalTarget: true) is { } outside)
        {
            Directory.Delete(outside.FullName, recursive: true);
        }
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Sends SIGTERM.</summary>
    public static void Terminate(int processId) => Signal(processId, "TERM");

    static void Signal(int processId, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    Process Run(IReadOnlyList<string> words) => Run(Repository.Program, words);

    Process Run(string file, IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(file, words)
        {
            // No command may wait for an answer from the terminal that the tests run in.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        // Nothing of the environment that the tests run in may change the program's settings.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AGENTPOST_", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in Environment())
        {
            start.Environment[name] = value;
        }
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
    }

    Dictionary<string, string> Environment()
    {
        var settings = new Dictionary<string, string>
        {
            ["AGENTPOST_DATA"] = Path.Combine(Folder, "data"),
            ["AGENTPOST_TLS__FOLDER"] = Path.Combine(Folder, "certs"),
            ["AGENTPOST_DATABASE"] = _database ?? "",
            ["AGENTPOST_IMAP__PORT"] = ImapPort.ToString(CultureInfo.InvariantCulture),
            ["AGENTPOST_SMTP__PORT"] = SmtpPort.ToString(CultureInfo.InvariantCulture),
            ["AGENTPOST_HTTP__PORT"] = HttpPort.ToString(CultureInfo.InvariantCulture),
            ["AGENTPOST_MX__PORT"] = MxPort.ToString(CultureInfo.InvariantCulture),
            ["AGENTPOST_LMTP__PORT"] = LmtpPort.ToString(CultureInfo.InvariantCulture),
            // Nobody answers there, at once: no test asks the DNS of the world.
            ["AGENTPOST_DNS__SERVERS"] = "127.0.0.1:1",
            // Tests send as fast as they can, and from one inbox.
            ["AGENTPOST_LIMITS__MESSAGESPERMINUTE"] = "unlimited",
            ["AGENTPOST_LIMITS__MESSAGESPERDAY"] = "unlimited",
            ["AGENTPOST_BOOTSTRAP__INBOX"] = Inbox,
            ["AGENTPOST_BOOTSTRAP__KEY"] = Key,
        };
        if (ClockShift is not null && FakeTimeLibrary is not null)
        {
            settings["LD_PRELOAD"] = FakeTimeLibrary;
            settings["FAKETIME"] = ClockShift;
            // Durations and the times of files stay true.
            settings["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
            settings["DONT_FAKE_MONOTONIC"] = "1";
            settings["NO_FAKE_STAT"] = "1";
        }
        foreach (var (name, value) in _settings)
        {
            settings[name] = value;
        }
        return settings;
    }

    async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}") };
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            if (Running.HasExited)
            {
                throw new InvalidOperationException($"The program ended with {Running.ExitCode} at its start:\n{Output}\n{ErrorOutput}");
            }
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), limit.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The program was not ready within {StartLimit.TotalSeconds:0} s:\n{Output}\n{ErrorOutput}");
            }
            await Task.Delay(Pause);
        }
    }

    async Task<int> EndAsync()
    {
        await CommandResult.WaitAsync(Running, StopLimit);
        var exitCode = Running.ExitCode;
        Running.Dispose();
        _process = null;
        return exitCode;
    }

    X509Certificate2 Authority() => _authority ??= X509CertificateLoader.LoadCertificateFromFile(CaPath);

    static void Capture(StreamReader reader, StringBuilder text) => _ = CaptureAsync(reader, text);

    static async Task CaptureAsync(StreamReader reader, StringBuilder text)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
