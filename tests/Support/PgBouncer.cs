using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AgentPost.Store.Embedded;
using Npgsql;

namespace AgentPost.Support;

/// <summary>
/// PgBouncer in front of a test database, run as a process on a free loopback port. Disposing stops it.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    // Of Debian, Homebrew.
    static readonly string[] Programs =
        ["/usr/sbin/pgbouncer", "/opt/homebrew/bin/pgbouncer", "/usr/local/bin/pgbouncer"];

    readonly string _folder = Path.Combine(Path.GetTempPath(), "agentpost-bouncer-" + Path.GetRandomFileName());
    readonly int _port = LoopbackPorts.Next();
    Process? _process;

    PgBouncer()
    {
    }

    public string ConnectionString { get; private set; } = "";

    /// <param name="connectionString">Of a database that is reached by a Unix socket.</param>
    /// <param name="mode"><c>session</c>, <c>transaction</c> or <c>statement</c>.</param>
    public static async Task<PgBouncer> StartAsync(string connectionString, string mode)
    {
        var bouncer = new PgBouncer();
        try
        {
            await bouncer.RunAsync(new(connectionString), mode);
            return bouncer;
        }
        catch
        {
            await bouncer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    async Task RunAsync(NpgsqlConnectionStringBuilder database, string mode)
    {
        // It does not run as root, and the database's socket lets in the user that Postgres runs as.
        var user = await ServiceUser.FindAsync(Path.Combine(_folder, "none"), CancellationToken.None);
        Posix.MakePassableFolder(_folder);
        var file = Path.Combine(_folder, "pgbouncer.ini");
        await File.WriteAllLinesAsync(file,
        [
            "[databases]",
            $"* = host={database.Host} port=5432 user={database.Username}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"listen_port = {_port}"),
            "unix_socket_dir =",
            "auth_type = any",
            $"pool_mode = {mode}",
            "ignore_startup_parameters = extra_float_digits",
        ]);
        user.Own(file);
        var program = Programs.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "PgBouncer is not installed: ./agentpost test does it, or apt-get install pgbouncer.");
        var command = user.Command(program, "-q", file);
        _process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("PgBouncer did not start.");
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={_port};Username={database.Username};Database={database.Database}");
        await WaitUntilReadyAsync(_process);
    }

    async Task WaitUntilReadyAsync(Process process)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", _port);
                return;
            }
            catch (SocketException) when (!process.HasExited && since.Elapsed < StartLimit)
            {
            }
        }
    }
}
