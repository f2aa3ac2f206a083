namespace AgentPost.Store;

/// <summary>The folder for what does not fit into memory of messages on their way in.</summary>
sealed class Spool
{
    const int BufferOctets = 64 * 1024;
    static readonly TimeSpan Stale = TimeSpan.FromDays(1);

    readonly string _folder;

    /// <summary>Makes the folder if it is missing, and removes what a killed program may have left there.</summary>
    public Spool(string dataFolder, TimeProvider time)
    {
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

    /// <summary>A file that is gone when it is closed. Where the system allows it, it has no name from the start, so that even a killed program leaves none.</summary>
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
