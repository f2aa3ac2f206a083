using System.Diagnostics;
using System.Globalization;

namespace AgentPost.Store.Embedded;

/// <summary>
/// Tells the processes of one cluster from others. They make the cluster their working directory; that two paths lead to the same folder shows by the
/// same pid file in it, whatever links and mounts are on the way.
/// </summary>
sealed class ProcessTable(string cluster)
{
    const string Proc = "/proc";
    const string Postgres = "postgres";

    static readonly bool HasProc = Directory.Exists(Path.Combine(Proc, "self"));

    public enum Occupant
    {
        /// <summary>No process has this number.</summary>
        Nobody,

        /// <summary>A process of something else, or one that is dead but not reaped.</summary>
        Other,

        /// <summary>A process of this cluster.</summary>
        Cluster,
    }

    string PidFile => Path.Combine(cluster, "postmaster.pid");

    /// <summary>What is behind a process number. In doubt (root without the right to look into others' processes) a Postgres is taken for ours.</summary>
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

    /// <summary>True if any process is known to be of this cluster, be it a backend without its postmaster. Without /proc (macOS) none is.</summary>
    public bool AnyIsOfCluster() =>
        HasProc
        && Directory.EnumerateDirectories(Proc)
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var processId) ? processId : 0)
            .Any(processId => processId > 0 && ReadStatus(processId) is (Postgres, _) && WorksHere(processId) is true);

    /// <summary>Number, folder and start time, which stay as they are while a postmaster lives.</summary>
    static string[] ReadIdentity(string pidFile) => [.. File.ReadLines(pidFile).Take(3)];

    // "123 (name) S …"; the name may hold blanks and parentheses.
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

    // Null when we may not look.
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
