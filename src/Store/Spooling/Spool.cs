using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Spooling;

/// <summary>The folder for the parts of messages being received that do not fit into memory.</summary>
sealed class Spool
{
    const int BufferOctets = 64 * 1024;
    static readonly TimeSpan Stale = TimeSpan.FromDays(1);

    static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    readonly string _folder;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    long _loggedAt;

    /// <summary>Creates the folder if it is missing, and removes files that a killed process left there.</summary>
    public Spool(string dataFolder, long minFreeDisk, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        Disk = new(dataFolder, minFreeDisk, time, logger);
        _folder = Path.Combine(dataFolder, "spool");
        try
        {
            CreateFolder();
            RemoveOlderThan(time.GetUtcNow().UtcDateTime - Stale);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreSetupException($"The folder {_folder} cannot be used ({failure.Message}): make AGENTPOST_DATA a folder that the program may write to.");
        }
    }

    public DiskSpace Disk { get; }

    /// <summary>
    /// Creates a file that is deleted when it is closed. Where the system allows it, the file has no name from the
    /// start, so that even a killed process leaves none.
    /// </summary>
    public FileStream Create()
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = BufferOctets,
            Options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None),
        });
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
        return file;
    }

    /// <summary>Logs a failure to read or write a file, at most once a minute, and wraps it.</summary>
    public StoreFullException Failed(Exception failure)
    {
        var now = _time.GetTimestamp();
        var logged = Interlocked.Read(ref _loggedAt);
        if ((logged == 0 || _time.GetElapsedTime(logged, now) > LogInterval) && Interlocked.CompareExchange(ref _loggedAt, now, logged) == logged)
        {
            Log.SpoolFailed(_logger, _folder, failure);
        }
        return new("The spool cannot hold the message: " + failure.Message, failure);
    }

    /// <summary>Closes a file. Unwritten bytes are no longer needed, so a full disk does not matter.</summary>
    public static async ValueTask CloseAsync(FileStream? file)
    {
        try
        {
            await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (IOException)
        {
            // The stream flushes its buffer first; the file is closed even if that fails.
        }
    }

    void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    void RemoveOlderThan(DateTime stale)
    {
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.LastWriteTimeUtc < stale))
        {
            file.Delete();
        }
    }
}
