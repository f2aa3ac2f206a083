using System.Diagnostics;
using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.Store.Embedded;

/// <summary>
/// The main process of the embedded Postgres, as its pid file and the operating system show it. It may have been
/// started by this process or by an earlier one.
/// </summary>
sealed class Postmaster(ClusterFolder folder, ServiceUser user)
{
    const long MaxLogBytes = 10 << 20;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan OrphansLimit = TimeSpan.FromSeconds(20);

    // Recovery after a crash replays at most max_wal_size.
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    readonly ProcessTable _processes = new(folder.Cluster);

    public bool IsLogTooLarge => new FileInfo(folder.LogFile) is { Exists: true, Length: > MaxLogBytes };

    string PidFile => Path.Combine(folder.Cluster, "postmaster.pid");

    /// <summary>
    /// Returns the process id if the process runs and serves this cluster. Returns null if there is no pid file, or if
    /// it names a dead, zombie or unrelated process.
    /// </summary>
    public int? FindProcess() => ReadProcessId() is { } processId && _processes.Look(processId) == ProcessTable.Occupant.Cluster ? processId : null;

    /// <summary>Waits until a running postmaster accepts connections. Returns false if it ends before that.</summary>
    public async Task<bool> WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var since = Stopwatch.StartNew();
        while (FindProcess() is not null)
        {
            // Line 8 is the status: starting, ready, stopping or standby.
            if (ReadPidFile() is { Length: >= 8 } lines && lines[7].StartsWith("ready", StringComparison.Ordinal))
            {
                return true;
            }
            if (since.Elapsed > StartLimit)
            {
                throw new StoreUnavailableException($"The embedded Postgres is not ready after {StartLimit.TotalMinutes} minutes; see {folder.LogFile}.");
            }
            await Task.Delay(Pause, cancellation);
        }
        return false;
    }

    /// <summary>
    /// Starts Postgres in a session of its own, so that Ctrl-C in a terminal does not reach it. Waits until it accepts
    /// connections.
    /// </summary>
    public async Task StartAsync(PostgresBinaries binaries, CancellationToken cancellation)
    {
        await RemoveStaleFilesAsync(cancellation);
        LimitLog();
        var limit = StartLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var (exitCode, output) = await Tool.RunAsync(
            user.Command(binaries.PgCtl, "start", "-D", folder.Cluster, "-l", folder.LogFile, "-s", "-w", "-t", limit), cancellation);
        if (exitCode != 0 || !await WaitUntilReadyAsync(cancellation))
        {
            throw new StoreUnavailableException($"The embedded Postgres did not start: {LastLogLine() ?? output.Trim()} (all in {folder.LogFile})");
        }
    }

    /// <summary>
    /// Performs a fast shutdown: sessions are closed, and everything committed is checkpointed. Returns false if it had
    /// to be aborted. The next start then recovers.
    /// </summary>
    public async Task<bool> StopAsync()
    {
        var since = Stopwatch.StartNew();
        if (FindProcess() is not { } processId)
        {
            return true;
        }
        Posix.Signal(processId, Posix.Interrupt);
        while (FindProcess() == processId)
        {
            if (since.Elapsed > StopLimit)
            {
                Posix.Signal(processId, Posix.Quit);
                return false;
            }
            await Task.Delay(Pause);
        }
        return true;
    }

    /// <summary>
    /// Limits the size of the log, and of one older copy. Postgres has the file open and appends to it, so it is copied
    /// and truncated, not renamed.
    /// </summary>
    public void LimitLog()
    {
        if (IsLogTooLarge)
        {
            File.Copy(folder.LogFile, folder.LogFile + ".old", overwrite: true);
            using var log = new FileStream(folder.LogFile, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
        }
    }

    // A pid file that names no process is left to Postgres. Postgres first checks that no backend of the old postmaster
    // is running, because two postmasters would destroy the cluster. But Postgres does not start if another process has
    // the id in the meantime, or if the old one was not reaped.
    async Task RemoveStaleFilesAsync(CancellationToken cancellation)
    {
        File.Delete(folder.SocketLock);
        if (ReadProcessId() is not { } processId || _processes.Look(processId) != ProcessTable.Occupant.Other)
        {
            return;
        }
        var since = Stopwatch.StartNew();
        while (_processes.AnyIsOfCluster())
        {
            if (since.Elapsed > OrphansLimit)
            {
                throw new StoreUnavailableException($"Processes of an earlier Postgres still work in {folder.Cluster}.");
            }
            await Task.Delay(Pause, cancellation);
        }
        File.Delete(PidFile);
    }

    int? ReadProcessId() =>
        ReadPidFile() is [var first, ..] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var processId) && processId > 0
            ? processId
            : null;

    string[] ReadPidFile()
    {
        try
        {
            return File.ReadAllLines(PidFile);
        }
        catch (IOException)
        {
            return [];
        }
    }


    string? LastLogLine() =>
        File.Exists(folder.LogFile) ? File.ReadLines(folder.LogFile).LastOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal)) : null;
}
