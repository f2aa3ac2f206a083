using System.Globalization;
using AgentPost.Store.Embedded;
using Npgsql;

namespace AgentPost.Support;

/// <summary>
/// A primary Postgres and its streaming standby, both on loopback ports, in a temporary folder. Disposing stops both
/// and removes every file. Works for root and for others.
/// </summary>
public sealed class PostgresPair : IAsyncDisposable
{
    const string Role = "agentpost";

    readonly string _folder;
    readonly PostgresBinaries _binaries;
    readonly ServiceUser _user;
    readonly Server _primary;
    readonly Server _standby;

    PostgresPair(string folder, PostgresBinaries binaries, ServiceUser user)
    {
        (_folder, _binaries, _user) = (folder, binaries, user);
        _primary = new(Path.Combine(folder, "primary"), LoopbackPorts.Next());
        _standby = new(Path.Combine(folder, "standby"), LoopbackPorts.Next());
    }

    /// <summary>Names both servers, the standby first.</summary>
    public string ConnectionString => ConnectionTo(string.Create(
        CultureInfo.InvariantCulture, $"127.0.0.1:{_standby.Port},127.0.0.1:{_primary.Port}"));

    public string PrimaryConnectionString => ConnectionTo(_primary);

    public string StandbyConnectionString => ConnectionTo(_standby);

    /// <summary>A folder for stores.</summary>
    public string DataFolder => Path.Combine(_folder, "data");

    public static async Task<PostgresPair> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), "agentpost-pair-" + Path.GetRandomFileName());
        var user = await ServiceUser.FindAsync(Path.Combine(folder, "none"), CancellationToken.None);
        var pair = new PostgresPair(folder, await PostgresBinaries.FindAsync(null, CancellationToken.None), user);
        Posix.MakePassableFolder(folder);
        user.Own(folder);
        Directory.CreateDirectory(pair.DataFolder);
        try
        {
            await pair.CreateAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on, every commit on the primary waits until the standby has it.</summary>
    public async Task RequireStandbyAsync()
    {
        await ExecuteAsync(PrimaryConnectionString, "alter system set synchronous_standby_names = '*'");
        await ExecuteAsync(PrimaryConnectionString, "select pg_reload_conf()");
        await UntilAsync("select 'sync' in (select sync_state from pg_stat_replication)");
    }

    public Task StopStandbyAsync() => StopAsync(_standby, "fast");

    public Task StartStandbyAsync() => StartAsync(_standby);

    /// <summary>The primary starts again as a standby.</summary>
    public async Task DemotePrimaryAsync()
    {
        await StopAsync(_primary, "fast");
        await File.WriteAllTextAsync(Path.Combine(_primary.Cluster, "standby.signal"), "");
        await StartAsync(_primary);
    }

    /// <summary>From now on the primary does not wait for its disk.</summary>
    public async Task TurnFsyncOffAsync()
    {
        await ExecuteAsync(PrimaryConnectionString, "alter system set fsync = off");
        await ExecuteAsync(PrimaryConnectionString, "select pg_reload_conf()");
        await UntilAsync("select current_setting('fsync') = 'off'");
    }

    /// <summary>The primary crashes.</summary>
    public Task KillPrimaryAsync() => StopAsync(_primary, "immediate");

    /// <summary>The standby becomes a primary; returns when it is one.</summary>
    public Task PromoteStandbyAsync() => RunAsync(_binaries.PgCtl, "promote", "-D", _standby.Cluster, "-w");

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("No row."));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _standby, _primary }.Where(server => File.Exists(server.PidFile)))
        {
            await StopAsync(server, "immediate");
        }
        Directory.Delete(_folder, recursive: true);
    }

    async Task CreateAsync()
    {
        await RunAsync(
            _binaries.Initdb, "-D", _primary.Cluster, "-U", Role, "-E", "UTF8", "--locale=C", "--auth=trust",
            "--no-sync");
        await File.AppendAllTextAsync(
            Path.Combine(_primary.Cluster, "postgresql.conf"),
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nshared_buffers = 32MB\n");
        await StartAsync(_primary);
        await ExecuteAsync(ConnectionTo(_primary, "postgres"), "create database agentpost");
        await RunAsync(
            BaseBackup(), "-D", _standby.Cluster, "-U", Role, "-h", "127.0.0.1",
            "-p", _primary.PortText, "-R", "-X", "stream", "-c", "fast", "--no-sync");
        await StartAsync(_standby);
    }

    // Where the path has links to some of the programs, the others lie beside what they lead to.
    string BaseBackup() => Path.Combine(
        Path.GetDirectoryName(File.ResolveLinkTarget(_binaries.Initdb, returnFinalTarget: true)?.FullName)
            ?? _binaries.Folder,
        "pg_basebackup");

    Task StartAsync(Server server) => RunAsync(
        _binaries.PgCtl, "start", "-D", server.Cluster, "-l", server.Cluster + ".log", "-s", "-w",
        "-o", "-p " + server.PortText);

    Task StopAsync(Server server, string mode) =>
        RunAsync(_binaries.PgCtl, "stop", "-D", server.Cluster, "-s", "-w", "-m", mode);

    async Task RunAsync(params string[] command)
    {
        var (exitCode, output) = await Tool.RunAsync(_user.Command(command), CancellationToken.None);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}: {output}");
        }
    }

    async Task UntilAsync(string condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await ScalarAsync<bool>(PrimaryConnectionString, condition))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    static string ConnectionTo(Server server, string database = "agentpost") =>
        ConnectionTo("127.0.0.1:" + server.PortText, database);

    static string ConnectionTo(string hosts, string database = "agentpost") =>
        $"Host={hosts};Username={Role};Database={database}";

    sealed record Server(string Cluster, int Port)
    {
        public string PortText => Port.ToString(CultureInfo.InvariantCulture);

        public string PidFile => Path.Combine(Cluster, "postmaster.pid");
    }
}
