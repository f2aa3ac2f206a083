using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Store.Embedded;

/// <summary>
/// The folder of the embedded Postgres: <c>postgres/</c> in the data folder, mode 0700. If AgentPost runs as root,
/// Postgres runs as another user, who may be unable to reach the data folder (for example under <c>/root</c>). In that
/// case, and if the path is not usable for a socket or a shell, <c>postgres</c> is a symbolic link to a folder in
/// <c>/var/lib/agentpost-postgres</c>, or in <c>~/.local/share/agentpost-postgres</c> if AgentPost does not run as
/// root. All files are in <see cref="Path"/>, the resolved link, so processes that use different paths share the same
/// locks.
/// </summary>
sealed class ClusterFolder
{
    const string EntryName = "postgres";
    const string ClusterName = "cluster";
    const string SocketName = ".s.PGSQL.5432";

    // sun_path has 108 bytes on Linux and 104 on macOS, including the terminating zero. Postgres also creates a ….lock
    // file next to the socket.
    const int LongestSocketPath = 98;

    ClusterFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>PGDATA.</summary>
    public string Cluster => System.IO.Path.Combine(Path, ClusterName);

    /// <summary>
    /// The folder in which a cluster is created. It is renamed to <see cref="Cluster"/> when the cluster is complete.
    /// </summary>
    public string Unfinished => System.IO.Path.Combine(Path, "cluster.unfinished");

    public string LogFile => System.IO.Path.Combine(Path, "postgres.log");

    /// <summary>Held while Postgres is started or stopped.</summary>
    public string StartLock => System.IO.Path.Combine(Path, "start.lock");

    /// <summary>Shared by all processes that use this Postgres.</summary>
    public string UsersLock => System.IO.Path.Combine(Path, "users.lock");

    public string SocketFolder => System.IO.Path.Combine(Path, "socket");

    public string SocketLock => System.IO.Path.Combine(SocketFolder, SocketName + ".lock");

    /// <summary>Finds or creates the folder. Any number of processes can call it at the same time.</summary>
    public static async Task<(ClusterFolder Folder, ServiceUser User)> PrepareAsync(string dataFolder, CancellationToken cancellation)
    {
        var entry = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataFolder), EntryName);
        var user = await ServiceUser.FindAsync(System.IO.Path.Combine(entry, ClusterName), cancellation);
        if (!Directory.Exists(entry))
        {
            await MakeAsync(entry, user, cancellation);
        }
        var folder = new ClusterFolder(Directory.ResolveLinkTarget(entry, returnFinalTarget: true)?.FullName ?? entry);
        if (!Directory.Exists(folder.Cluster))
        {
            // Do this even if the folder exists: a process may have died after creating it and before changing its
            // owner.
            user.Own(folder.Path);
            Posix.TryMakePrivateFolder(folder.SocketFolder);
            user.Own(folder.SocketFolder);
        }
        if (!await user.MayEnterAsync(folder.SocketFolder, cancellation))
        {
            throw new StoreSetupException(
                $"The user {user.Name}, who runs the embedded Postgres, cannot reach {folder.Path}: let others pass through the folders above it (chmod o+x).");
        }
        return (folder, user);
    }

    /// <summary>True if the data folder has a cluster, or if only another user can read it.</summary>
    public static bool HasCluster(string dataFolder)
    {
        try
        {
            // Directory.Exists returns false for a folder that this user cannot enter.
            return new DirectoryInfo(System.IO.Path.Combine(dataFolder, EntryName)).EnumerateDirectories(ClusterName).Any();
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    static async Task MakeAsync(string entry, ServiceUser user, CancellationToken cancellation)
    {
        var parent = System.IO.Path.GetDirectoryName(entry) ?? "/";
        Posix.MakePassableFolder(parent);
        if (Suits(entry) && await user.MayEnterAsync(parent, cancellation))
        {
            Posix.TryMakePrivateFolder(entry);
            return;
        }
        var outside = System.IO.Path.Combine(Outside(), Guid.CreateVersion7().ToString("N"));
        Posix.MakePassableFolder(Outside());
        if (!Suits(outside) || !Posix.TryMakePrivateFolder(outside))
        {
            throw new StoreSetupException($"No folder for the embedded database can be made in {Outside()}: choose a shorter path as AGENTPOST_DATA.");
        }
        try
        {
            File.CreateSymbolicLink(entry, outside);
        }
        catch (IOException) when (Directory.Exists(entry))
        {
            Directory.Delete(outside);
        }
    }

    static string Outside() => System.IO.Path.Combine(
        Posix.IsRoot ? "/var/lib" : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "agentpost-postgres");

    // pg_ctl passes the path of the log to a shell in double quotes, the pid file has the path on one line, and a comma
    // in a setting starts a second path.
    static bool Suits(string folder) =>
        folder.IndexOfAny(['"', '$', '`', ',', ':', '\\', '\n', '\r']) < 0
        && Encoding.UTF8.GetByteCount(System.IO.Path.Combine(folder, "socket", SocketName)) <= LongestSocketPath;
}
