namespace AgentPost.Store.Spooling;

/// <summary>
/// A file of the spool that is deleted when it is disposed. Bytes are appended, and can be read from any offset. Throws
/// StoreFullException if the disk fails or is full. Not thread-safe.
/// </summary>
public sealed class SpoolFile : IAsyncDisposable
{
    readonly Spool _spool;
    FileStream? _file;
    bool _isFlushed = true;

    internal SpoolFile(Spool spool) => _spool = spool;

    /// <summary>Size in bytes.</summary>
    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            if (_file is null)
            {
                _spool.Disk.EnsureRoom();
                _file = _spool.Create();
            }
            _isFlushed = false;
            await _file.WriteAsync(bytes, cancellation);
            Length += bytes.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw _spool.Failed(failure);
        }
    }

    /// <summary>Reads up to the size of the destination, or to the end of the file; returns 0 there.</summary>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        if (_file is null)
        {
            return 0;
        }
        try
        {
            if (!_isFlushed)
            {
                await _file.FlushAsync(cancellation);
                _isFlushed = true;
            }
            return await RandomAccess.ReadAsync(_file.SafeFileHandle, destination, offset, cancellation);
        }
        catch (IOException failure)
        {
            throw _spool.Failed(failure);
        }
    }

    /// <summary>Same as <see cref="ReadAsync"/>, for a consumer that cannot await.</summary>
    internal int Read(long offset, Span<byte> destination)
    {
        if (_file is null)
        {
            return 0;
        }
        try
        {
            if (!_isFlushed)
            {
                _file.Flush();
                _isFlushed = true;
            }
            return RandomAccess.Read(_file.SafeFileHandle, destination, offset);
        }
        catch (IOException failure)
        {
            throw _spool.Failed(failure);
        }
    }

    /// <summary>Opens a part for reading. Disposing the stream leaves the file open.</summary>
    public Stream OpenRead(long offset, long length) => new SpoolPartStream(this, offset, length);

    public ValueTask DisposeAsync() => Spool.CloseAsync(_file);
}
