using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>Keeps a <see cref="LiveFolder"/> loaded and updated until disposed.</summary>
public sealed class LiveFolderLease : IDisposable
{
    readonly LiveFolders _owner;
    readonly FolderKey _key;
    int _disposed;

    internal LiveFolderLease(LiveFolders owner, FolderKey key, LiveFolder folder)
    {
        _owner = owner;
        _key = key;
        Folder = folder;
    }

    public LiveFolder Folder { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _owner.Return(_key);
        }
    }
}
