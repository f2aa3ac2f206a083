using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Store.Embedded;

/// <summary>
/// Where the embedded Postgres lives: <c>postgres/</c> in the data folder, mode 0700. Root runs Postgres as another user, who may not be able to reach
/// the data folder (below <c>/root</c>, say); then, and when the path will not do for a socket or a shell, <c>postgres</c> is a symbolic link to a folder of
/// its own below <c>/var/lib/agentpost-postgres</c> (for others than root <c>~/.local/share/agentpost-postgres</c>).
/// All files lie in <see cref="Path"/>, the link followed, so programs that come by different ways meet at the same locks.
/// </summary>
sealed class ClusterFolder
{
    const string EntryName = "postgres";
    const string ClusterName = "cluster";
    const string SocketName = ".s.PGSQL.5432";

    // sun_path has 108 octets on Linux, 104 on macOS, the terminating zero included; Postgres also makes a ….lock file beside the socket.
    const int LongestSocketPath = 98;

    ClusterFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>PGDATA.</summary>
    public string Cluster => System.IO.Path.Combine(Path, ClusterName);

    /// <summary>Where a cluster is made, to be renamed to <see cref="Cluster"/> when it is whole.</summary>
    public string Unfinished => System.IO.Path.Combine(Path, "cluster.unfinished");

    public string LogFile => System.IO.Path.Combine(Path, "postgres.log");

    /// <summary>Held by whoever starts or stops Postgres.</summary>
    public string StartLock => System.IO.Path.Combine(Path, "start.lock");

    /// <summary>Shared by all programs that use this Postgres.</summary>
    public string UsersLock => System.IO.Path.Combine(Path, "users.lock");

    public string SocketFolder => System.IO.Path.Combine(Path, "socket");

    public string SocketLock => System.IO.Path.Combine(SocketFolder, SocketName + ".lock");

    /// <summary>Finds the folder, or makes it; any number of programs may do so at once.</summary>
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
            // Not only what was made just now: a program may have died between making and giving away.
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

    /// <summary>Returns whether the data folder has a cluster; true too if only another user may look.</summary>
    public static bool HasCluster(string dataFolder)
    {
        try
        {
            // Directory.Exists returns false for a folder that it may not enter.
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

    // pg_ctl gives the path of the log to a shell, between double quotes; the pid file has it on a line; settings take a comma for the start of a second.
    static bool Suits(string folder) =>
        folder.IndexOfAny(['"', '$', '`', ',', ':', '\\', '\n', '\r']) < 0
        && Encoding.UTF8.GetByteCount(System.IO.Path.Combine(folder, "socket", SocketName)) <= LongestSocketPath;
}
