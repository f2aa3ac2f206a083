using System.Globalization;
using System.Net.Http.Headers;

namespace AgentPost.Support.Chaos;

/// <summary>
/// One host of the run: the program, its ways to both Postgres servers, and a data folder that can be filled.
/// </summary>
sealed class ChaosHost : IAsyncDisposable
{
    const string DiskSize = "24m";

    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Ledger _ledger;
    readonly SemaphoreSlim _control = new(1, 1);

    ChaosHost(string name, ProgramUnderTest program, IReadOnlyList<DatabaseGate> gates, string data, bool hasOwnDisk,
        Ledger ledger)
    {
        Name = name;
        Program = program;
        Gates = gates;
        DataFolder = data;
        HasOwnDisk = hasOwnDisk;
        _ledger = ledger;
    }

    public string Name { get; }

    public ProgramUnderTest Program { get; }

    /// <summary>One for each Postgres server.</summary>
    public IReadOnlyList<DatabaseGate> Gates { get; }

    public string DataFolder { get; }

    /// <summary>True if the data folder is a small file system of its own.</summary>
    public bool HasOwnDisk { get; }

    /// <param name="key">Null: of its own.</param>
    public static async Task<ChaosHost> StartAsync(
        string name, string root, IReadOnlyList<PostgresServer> servers, string? key, bool hasOwnDisk, Ledger ledger)
    {
        var gates = servers.Select(server => new DatabaseGate(server.Port)).ToList();
        var data = Path.Combine(root, $"{name}-data");
        Directory.CreateDirectory(data);
        if (hasOwnDisk)
        {
            await SystemTool.RunAsync("mount", "-t", "tmpfs", "-o", $"size={DiskSize}", "tmpfs", data);
        }
        var hosts = string.Join(',',
            gates.Select(gate => $"127.0.0.1:{gate.Port.ToString(CultureInfo.InvariantCulture)}"));
        var settings = new List<(string, string)>
        {
            ("AGENTPOST_DATA", data),
            ("AGENTPOST_SECRETS__KEY", Convert.ToBase64String(new byte[32])),
            ("AGENTPOST_LIMITS__CONNECTIONSPERADDRESS", "unlimited"),

            // The disk of a host is smaller than what others keep free.
            ("AGENTPOST_LIMITS__FREEDISK", "1000000"),
        };
        if (key is not null)
        {
            settings.Add(("AGENTPOST_BOOTSTRAP__KEY", key));
        }
        var program = await ProgramUnderTest.StartAsync(
            $"Host={hosts};Username=agentpost;Database=agentpost;Target Session Attributes=primary;"
            + "Host Recheck Seconds=1",
            [.. settings]);
        return new(name, program, gates, data, hasOwnDisk, ledger);
    }

    /// <summary>Runs what changes the process, one change at a time.</summary>
    public async Task ControlAsync(Func<Task> change)
    {
        await _control.WaitAsync();
        try
        {
            await change();
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>
    /// Starts the program again after a fault has ended it, and tries until it runs, as a service manager does.
    /// </summary>
    public async Task RestartAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            try
            {
                await Program.StartAsync();
                return;
            }
            catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
            {
                if (limit.IsCancellationRequested)
                {
                    throw new InvalidOperationException($"{Name} does not start.", failure);
                }
                _ledger.Note($"{Name} did not start: {LastLinesOf(failure.Message)}");
                await Program.KillIfRunningAsync();
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>Restarts a program that has ended by itself, which is a violation.</summary>
    public Task WatchAsync() => ControlAsync(async () =>
    {
        if (Program.HasEnded)
        {
            _ledger.Violate($"{Name} ended by itself: {LastLinesOf(Program.ErrorOutput)}");
            await RestartAsync();
        }
    });

    static string LastLinesOf(string text) =>
        string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));

    public HttpClient ConnectHttp(string key)
    {
        var client = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Program.HttpPort}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        foreach (var gate in Gates)
        {
            await gate.DisposeAsync();
        }
        if (HasOwnDisk)
        {
            await SystemTool.RunAsync("umount", DataFolder);
        }
        _control.Dispose();
    }
}
