using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.Store.Embedded;

/// <summary>
/// Creates the cluster and writes its configuration. The caller must hold <see cref="ClusterFolder.StartLock"/>.
/// </summary>
static class ClusterCreation
{
    public const string Role = "agentpost";

    const long Megabyte = 1 << 20;

    /// <summary>
    /// Creates the cluster if it does not exist. It is renamed to its final name only when it is complete and on disk,
    /// so a crash leaves either the whole cluster or none.
    /// </summary>
    public static async Task CreateAsync(ClusterFolder folder, ServiceUser user, PostgresBinaries binaries, CancellationToken cancellation)
    {
        if (Directory.Exists(folder.Unfinished))
        {
            Directory.Delete(folder.Unfinished, recursive: true);
        }
        // The C locale is the same on every system and in every version. AgentPost itself defines case and sort order,
        // not the system's locale.
        await RunAsync(
            user.Command(
                binaries.Initdb, "-D", folder.Unfinished, "-U", Role, "-E", "UTF8", "--locale=C", "--auth=peer", "--data-checksums", "--no-sync", "--no-instructions"),
            cancellation);
        await SyncAsync(folder.Unfinished, cancellation);
        Directory.Move(folder.Unfinished, folder.Cluster);
        await SyncAsync(folder.Path, cancellation);
    }

    /// <summary>
    /// Rewrites the configuration, so that it matches the version of AgentPost. Settings that an operator makes with
    /// ALTER SYSTEM take precedence. Peer authentication admits only root and the user that Postgres runs as, only
    /// through the socket.
    /// </summary>
    public static void Configure(ClusterFolder folder, ServiceUser user)
    {
        Write(folder, user, "pg_hba.conf", $"local all {Role} peer map={Role}\n");
        Write(folder, user, "pg_ident.conf", string.Concat(new[] { "root", user.Name }.Distinct().Select(name => $"{Role} \"{name}\" {Role}\n")));
        Write(folder, user, "postgresql.conf", Settings(folder));
    }

    // For a host with 1 to 4 GB of memory, shared with the mail server.
    static string Settings(ClusterFolder folder)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte;
        return string.Create(CultureInfo.InvariantCulture, $"""
            listen_addresses = ''
            unix_socket_directories = '{folder.SocketFolder.Replace("'", "''", StringComparison.Ordinal)}'
            unix_socket_permissions = 0700
            max_connections = 200
            shared_buffers = {Math.Clamp(memory / 8, 64, 512)}MB
            work_mem = 8MB
            maintenance_work_mem = 64MB
            effective_cache_size = {Math.Clamp(memory / 2, 256, 16_384)}MB
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            wal_compression = lz4
            default_toast_compression = lz4
            max_wal_size = 1GB
            checkpoint_timeout = 15min
            random_page_cost = 1.1
            jit = off
            autovacuum_naptime = 20s
            timezone = 'UTC'
            log_timezone = 'UTC'
            log_line_prefix = '%m [%p] '
            log_checkpoints = off
            log_min_error_statement = panic

            """);
    }

    static void Write(ClusterFolder folder, ServiceUser user, string name, string text)
    {
        var path = Path.Combine(folder.Cluster, name);
        if (File.Exists(path) && File.ReadAllText(path) == text)
        {
            return;
        }
        var replacement = path + ".new";
        File.WriteAllText(replacement, text);
        user.Own(replacement);
        File.Move(replacement, path, overwrite: true);
    }

    static Task SyncAsync(string path, CancellationToken cancellation) =>
        RunAsync(OperatingSystem.IsLinux() ? ["sync", "-f", path] : ["sync"], cancellation);

    static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var (exitCode, output) = await Tool.RunAsync(command, cancellation);
        if (exitCode != 0)
        {
            throw new StoreSetupException($"The embedded database cannot be made: {Path.GetFileName(command[0])} ended with {exitCode}: {output.Trim()}");
        }
    }
}
