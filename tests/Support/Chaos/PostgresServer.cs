using System.Globalization;
using AgentPost.Store.Embedded;
using Npgsql;

namespace AgentPost.Support.Chaos;

/// <summary>
/// One Postgres server on a loopback port: the primary, or the synchronous standby of another. Linux only.
/// </summary>
sealed class PostgresServer
{
    const string Role = "agentpost";
    const string Synchronous = "synchronous_standby_names = '*'";
    const int StopSignal = 19;
    const int ContinueSignal = 18;
    const int KillSignal = 9;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly string _folder;
    readonly ServiceUser _user;
    readonly PostgresBinaries _binaries;

    PostgresServer(string folder, ServiceUser user, PostgresBinaries binaries)
    {
        _folder = folder;
        _user = user;
        _binaries = binaries;
    }

    public int Port { get; } = LoopbackPorts.Next();

    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={Port};Username={Role};Database={Role};Pooling=false;Timeout=5");

    string LogFile => _folder + ".log";

    /// <param name="root">A folder that the user of Postgres may enter and own files in.</param>
    public static async Task<PostgresServer> CreatePrimaryAsync(string root, string name)
    {
        var server = await FindAsync(root, name);
        await server.RunAsync(
            server._binaries.Initdb, "-D", server._folder, "-U", Role, "-E", "UTF8", "--locale=C", "--auth=trust",
            "--no-sync", "--no-instructions");
        server.Configure("synchronous_standby_names = ''");
        await server.StartAsync();
        await server.ExecuteAsync($"create database {Role}", "postgres");
        return server;
    }

    /// <summary>Copies a running primary and follows it.</summary>
    public static async Task<PostgresServer> CreateStandbyAsync(string root, string name, PostgresServer primary)
    {
        var server = await FindAsync(root, name);
        await server.FollowAsync(primary);
        return server;
    }

    /// <summary>Copies a running primary into its own folder, which does not exist, and follows it.</summary>
    public async Task FollowAsync(PostgresServer primary)
    {
        await RunAsync(
            FindBaseBackup(), "-D", _folder, "-h", "127.0.0.1", "-U", Role, "-R",
            "-X", "stream", "-c", "fast", "--no-sync", "-p",
            string.Create(CultureInfo.InvariantCulture, $"{primary.Port}"));
        Configure(Synchronous);
        await StartAsync();
    }

    /// <summary>From now on, COMMIT waits for a standby.</summary>
    public async Task RequireStandbyAsync()
    {
        Configure(Synchronous);
        await ExecuteAsync("select pg_reload_conf()", "postgres");
    }

    public Task StartAsync() =>
        RunAsync(_binaries.PgCtl, "start", "-D", _folder, "-l", LogFile, "-s", "-w", "-t",
            StartLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture));

    public Task PromoteAsync() => RunAsync(_binaries.PgCtl, "promote", "-D", _folder, "-s", "-w");

    /// <summary>kill -9 of all its processes.</summary>
    public async Task KillAsync()
    {
        var processes = Processes();
        Signal(processes, KillSignal);
        while (processes.Any(process => Directory.Exists($"/proc/{process}") && !IsZombie(process)))
        {
            await Task.Delay(Pause);
        }
        if (processes.Any(process => Directory.Exists($"/proc/{process}")))
        {
            // A zombie that its new parent has not collected yet would count as a running Postgres.
            File.Delete(Path.Combine(_folder, "postmaster.pid"));
        }
    }

    /// <summary>Stops all its processes where they are, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Signal(Processes(), StopSignal);

    public void Thaw() => Signal(Processes(), ContinueSignal);

    /// <summary>Kills it and removes its files.</summary>
    public async Task DestroyAsync()
    {
        await KillAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    public async Task<T> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        return read(reader);
    }

    async Task ExecuteAsync(string sql, string database)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<PostgresServer> FindAsync(string root, string name)
    {
        var user = await ServiceUser.FindAsync(root, CancellationToken.None);
        return new(Path.Combine(root, name), user, await PostgresBinaries.FindAsync(null, CancellationToken.None));
    }

    // A folder in PATH may have links to some of the programs only.
    string FindBaseBackup() => new[] { _binaries.Folder, Path.GetDirectoryName(Resolve(_binaries.PgCtl)) ?? "" }
        .Select(folder => Path.Combine(folder, "pg_basebackup"))
        .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no pg_basebackup beside {_binaries.PgCtl}.");

    static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    void Configure(string line)
    {
        var file = Path.Combine(_folder, "postgresql.chaos.conf");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = ''
            max_connections = 100
            shared_buffers = 64MB
            wal_keep_size = 512MB
            hot_standby = on
            wal_sender_timeout = 30s
            {line}

            """));
        _user.Own(file);
        const string Include = "include 'postgresql.chaos.conf'\n";
        var main = Path.Combine(_folder, "postgresql.conf");
        if (!File.ReadAllText(main).EndsWith(Include, StringComparison.Ordinal))
        {
            File.AppendAllText(main, Include);
        }
    }

    // The postmaster and its children. A frozen or dead postmaster leaves its number in the file.
    List<int> Processes()
    {
        var file = Path.Combine(_folder, "postmaster.pid");
        if (!File.Exists(file)
            || !int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var postmaster))
        {
            return [];
        }
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder =>
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process > 0 && FieldOf(process, 1) == $"{postmaster}");
        return IsPostgres(postmaster) ? [postmaster, .. children] : [];
    }

    // The number may be another program's by now.
    bool IsPostgres(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Contains(_folder, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    static bool IsZombie(int process) => FieldOf(process, 0) is null or "Z";

    // Of what follows the name in /proc/PID/stat: the state, the parent, … Null: there is no such process.
    static string? FieldOf(int process, int index)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[index];
        }
        catch (IOException)
        {
            return null;
        }
    }

    static void Signal(List<int> processes, int signal)
    {
        foreach (var process in processes)
        {
            Posix.Signal(process, signal);
        }
    }

    async Task RunAsync(params IReadOnlyList<string> command)
    {
        var (exitCode, output) = await Tool.RunAsync(_user.Command(command), CancellationToken.None);
        if (exitCode != 0)
        {
            var log = File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(10)) : "";
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}: {output}\n{log}");
        }
    }
}
