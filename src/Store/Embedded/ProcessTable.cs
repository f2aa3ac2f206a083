using System.Diagnostics;
using System.Globalization;

namespace AgentPost.Store.Embedded;

/// <summary>
/// Distinguishes the processes of one cluster from others. They use the cluster as their working directory. Two paths
/// lead to the same folder if they contain the same pid file, whatever links and mounts are involved.
/// </summary>
sealed class ProcessTable(string cluster)
{
    const string Proc = "/proc";
    const string Postgres = "postgres";

    static readonly bool HasProc = Directory.Exists(Path.Combine(Proc, "self"));

    public enum Occupant
    {
        /// <summary>No process has this id.</summary>
        Nobody,

        /// <summary>A process that does not belong to the cluster, or one that is dead but not reaped.</summary>
        Other,

        /// <summary>A process of this cluster.</summary>
        Cluster,
    }

    string PidFile => Path.Combine(cluster, "postmaster.pid");

    /// <summary>
    /// Finds out what a process id belongs to. If that is uncertain (root without permission to inspect other
    /// processes), a Postgres process counts as part of this cluster.
    /// </summary>
    public Occupant Look(int processId)
    {
        if (!HasProc)
        {
            return LookByName(processId);
        }
        if (ReadStatus(processId) is not { } status)
        {
            return Occupant.Nobody;
        }
        return status is (Postgres, not ('Z' or 'X')) && WorksHere(processId) is not false ? Occupant.Cluster : Occupant.Other;
    }

    /// <summary>
    /// True if any process is known to belong to this cluster, even a backend without its postmaster. Always false
    /// without /proc (macOS).
    /// </summary>
    public bool AnyIsOfCluster() =>
        HasProc
        && Directory.EnumerateDirectories(Proc)
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var processId) ? processId : 0)
            .Any(processId => processId > 0 && ReadStatus(processId) is (Postgres, _) && WorksHere(processId) is true);

    /// <summary>Returns process id, folder and start time, which do not change while a postmaster runs.</summary>
    static string[] ReadIdentity(string pidFile) => [.. File.ReadLines(pidFile).Take(3)];

    // "123 (name) S …"; the name may contain spaces and parentheses.
    static (string Name, char State)? ReadStatus(int processId)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"{Proc}/{processId}/stat"));
            var (open, close) = (text.IndexOf('(', StringComparison.Ordinal), text.LastIndexOf(')'));
            return (text[(open + 1)..close], text[close + 2]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Returns null if this process has no permission to check.
    bool? WorksHere(int processId)
    {
        try
        {
            var theirs = ReadIdentity(string.Create(CultureInfo.InvariantCulture, $"{Proc}/{processId}/cwd/postmaster.pid"));
            return theirs.SequenceEqual(ReadIdentity(PidFile));
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static Occupant LookByName(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName == Postgres ? Occupant.Cluster : Occupant.Other;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return Occupant.Nobody;
        }
    }
}
