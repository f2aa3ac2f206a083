namespace AgentPost.Store.Embedded;

/// <summary>
/// An advisory lock (flock) on a file, among processes as among openers in one process; the system gives it back when its holder dies. .NET takes it
/// when a file is opened: an exclusive one for <see cref="FileShare.None"/>, a shared one for reading with <see cref="FileShare.Read"/>.
/// </summary>
sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK of flock, which .NET has no exception of its own for.
    const int WouldBlock = 11;
    const int WouldBlockMac = 35;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    public static Task<FolderLock> TakeExclusiveAsync(string path, CancellationToken cancellation) => TakeAsync(path, FileShare.None, cancellation);

    public static Task<FolderLock> TakeSharedAsync(string path, CancellationToken cancellation) => TakeAsync(path, FileShare.Read, cancellation);

    /// <summary>Null when somebody else holds the lock.</summary>
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
