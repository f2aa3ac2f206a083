namespace AgentPost.Store.Embedded;

/// <summary>
/// An advisory lock (flock) on a file, which works between processes and within one process. The operating system
/// releases it when its holder dies. .NET acquires it when it opens a file: an exclusive lock for
/// <see cref="FileShare.None"/>, a shared lock for reading with <see cref="FileShare.Read"/>.
/// </summary>
sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK of flock. .NET has no separate exception type for it.
    const int WouldBlock = 11;
    const int WouldBlockMac = 35;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    public static Task<FolderLock> TakeExclusiveAsync(string path, CancellationToken cancellation) => TakeAsync(path, FileShare.None, cancellation);

    public static Task<FolderLock> TakeSharedAsync(string path, CancellationToken cancellation) => TakeAsync(path, FileShare.Read, cancellation);

    /// <summary>Acquires the lock. Returns null if another holder has it.</summary>
    public static FolderLock? TryTakeExclusive(string path) => TryTake(path, FileShare.None);

    public void Dispose() => _file.Dispose();

    static async Task<FolderLock> TakeAsync(string path, FileShare share, CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(path, share) is { } taken)
            {
                return taken;
            }
            await Task.Delay(Pause, cancellation);
        }
    }

    static FolderLock? TryTake(string path, FileShare share)
    {
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, share, bufferSize: 0));
        }
        catch (IOException busy) when (busy.HResult is WouldBlock or WouldBlockMac)
        {
            return null;
        }
    }
}
