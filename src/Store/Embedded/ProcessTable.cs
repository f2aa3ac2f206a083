using System.Diagnostics;
using System.Globalization;

namespace AgentPost.Store;

/// <summary>Which processes work in a folder. A postmaster and its children make the cluster their working directory.</summary>
static class ProcessTable
{
    const string Proc = "/proc";

    /// <summary>True if the process lives, is no zombie and has the folder as its working directory.</summary>
    public static bool WorksIn(int processId, string folder)
    {
        if (!Directory.Exists(Path.Combine(Proc, "self")))
        {
            return IsPostgres(processId);
        }
        try
        {
            // A zombie has no working directory.
            return File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"{Proc}/{processId}/cwd"), returnFinalTarget: false)?.FullName == folder;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Always false where there is no /proc (macOS): there Postgres' own check has to do.</summary>
    public static bool AnyWorksIn(string folder) =>
        Directory.Exists(Path.Combine(Proc, "self"))
        && Directory.EnumerateDirectories(Proc)
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var processId) ? processId : 0)
            .Any(processId => processId > 0 && WorksIn(processId, folder));

    static bool IsPostgres(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited && process.ProcessName is "postgres";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
