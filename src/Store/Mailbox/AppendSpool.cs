using AgentPost.Store.Spooling;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Bounds the memory of the messages of one command. Once they occupy 4 MB, further messages are moved to one spool
/// file, and each is scanned a second time when it is stored. Not thread-safe.
/// </summary>
public sealed class AppendSpool : IAsyncDisposable
{
    const long MaxMemory = 4 << 20;

    readonly SpoolFile _file;
    long _memory;

    internal AppendSpool(Spool spool) => _file = new(spool);

    /// <summary>
    /// Counts a completed message, and moves it out of memory if there are too many. The caller still owns it.
    /// </summary>
    public async ValueTask AddAsync(IncomingMessage message, CancellationToken cancellation)
    {
        _memory += message.Footprint;
        if (_memory > MaxMemory)
        {
            _memory -= message.Footprint;
            await message.ParkAsync(_file, cancellation);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
