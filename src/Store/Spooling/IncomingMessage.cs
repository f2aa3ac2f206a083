using System.Buffers;
using AgentPost.Mime.Conversion;
using AgentPost.Mime.Scanning;
using AgentPost.Store.Data;

namespace AgentPost.Store.Spooling;

/// <summary>
/// A message being received. Its bytes are spooled (up to 256 KB in memory, then in a file) and scanned at the same
/// time. The line ends of mail that clients send are fixed. The caller owns it; if it is disposed without having been
/// stored, nothing remains.
/// </summary>
public sealed class IncomingMessage : IAsyncDisposable
{
    const int FirstRental = 16 * 1024;
    const int CopyOctets = 64 * 1024;

    readonly Spool _spool;
    readonly LineEnds _lineEnds = new();
    readonly LineEndCheck _lineEndCheck = new();
    MessageScanner? _scanner = new();
    byte[] _head = ArrayPool<byte>.Shared.Rent(FirstRental);
    int _headOctets;

    // The bytes after the head.
    FileStream? _file;
    MessageScan? _scan;

    // The whole message, after it was moved out of memory.
    SpoolFile? _parked;
    long _parkedAt;

    internal IncomingMessage(Spool spool) => _spool = spool;

    /// <summary>
    /// True if a client or another server sends the message, which is then received only while enough of the disk is
    /// free. Messages that the server writes itself, such as DSNs, are not limited.
    /// </summary>
    internal bool NeedsFreeDisk { get; init; }

    /// <summary>Size of the message so far in bytes, as it will be stored, including CRs added to line ends.</summary>
    public long Octets { get; private set; }

    /// <summary>The first fault of the line ends, or a NUL; final after <see cref="CompleteAsync"/>.</summary>
    internal LineFault Fault => _lineEndCheck.Fault;

    /// <summary>The result of the scan; valid after <see cref="CompleteAsync"/>.</summary>
    public MessageScan Scan => _scan ?? throw new InvalidOperationException("The message is not complete.");

    /// <summary>The first bytes, at most one chunk; valid until the message is disposed.</summary>
    internal ReadOnlyMemory<byte> Head => _head.AsMemory(0, _headOctets);

    /// <summary>Approximate memory of the completed message in bytes.</summary>
    internal long Footprint => _head.Length + (_scan is { } scan ? scan.Header.Length + scan.BodyStructure.Length + (2L * (scan.Folded.Header.Length + scan.Folded.Body.Length)) : 0);

    public async ValueTask WriteAsync(ReadOnlySequence<byte> octets, CancellationToken cancellation)
    {
        foreach (var segment in octets)
        {
            await WriteAsync(_lineEnds.Write(segment), cancellation);
        }
    }

    /// <summary>
    /// Same as <see cref="WriteAsync(ReadOnlySequence{byte}, CancellationToken)"/>, for a producer that cannot await.
    /// Writing to the spool file blocks the thread.
    /// </summary>
    public void Write(ReadOnlyMemory<byte> octets)
    {
        octets = TakeIntoHead(_lineEnds.Write(octets));
        if (octets.IsEmpty)
        {
            return;
        }
        _file ??= OpenSpool();
        try
        {
            _file.Write(octets.Span);
        }
        catch (IOException failure)
        {
            throw _spool.Failed(failure);
        }
    }

    /// <summary>Writes bytes without fixing line ends: for content that is not text, or not yet.</summary>
    public ValueTask WriteAsItIsAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => WriteAsync(octets, cancellation);

    /// <summary>
    /// Opens a stream that writes into the message. Disposing the stream does not complete the message.
    /// </summary>
    public Stream AsStream() => new IncomingMessageStream(this);

    public async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (_file is not null)
        {
            await OnSpoolAsync(_file.FlushAsync(cancellation));
        }
        _lineEndCheck.Complete();
        CompleteScan();
    }

    // For the few messages whose parts the scanner reads a second time. The file is in the system's cache.
    int Read(long offset, Span<byte> destination)
    {
        if (offset < _headOctets)
        {
            var head = Head.Span[(int)offset..];
            var count = Math.Min(head.Length, destination.Length);
            head[..count].CopyTo(destination);
            return count;
        }
        if (_parked is not null)
        {
            return _parked.Read(_parkedAt + offset, destination[..(int)Math.Min(destination.Length, Octets - offset)]);
        }
        try
        {
            return _file is null ? 0 : RandomAccess.Read(_file.SafeFileHandle, destination, offset - _headOctets);
        }
        catch (IOException failure)
        {
            throw _spool.Failed(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        ReturnHead();
        await Spool.CloseAsync(_file);
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        octets = TakeIntoHead(octets);
        if (!octets.IsEmpty)
        {
            _file ??= OpenSpool();
            await OnSpoolAsync(_file.WriteAsync(octets, cancellation).AsTask());
        }
    }

    /// <summary>Appends the bytes of another completed message, starting at an offset.</summary>
    internal async ValueTask WriteAsync(IncomingMessage source, long from, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyOctets);
        try
        {
            while (await source.ReadAsync(from, buffer, cancellation) is > 0 and var read)
            {
                await WriteAsync(buffer.AsMemory(0, read), cancellation);
                from += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Reads bytes of the completed message, up to the size of the destination. Returns the count; 0 at the end of the
    /// message.
    /// </summary>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        if (offset < _headOctets)
        {
            var head = Head[(int)offset..];
            var count = Math.Min(head.Length, destination.Length);
            head[..count].CopyTo(destination);
            return count;
        }
        if (_parked is not null)
        {
            return await _parked.ReadAsync(_parkedAt + offset, destination[..(int)Math.Min(destination.Length, Octets - offset)], cancellation);
        }
        if (_file is null)
        {
            return 0;
        }
        try
        {
            return await RandomAccess.ReadAsync(_file.SafeFileHandle, destination, offset - _headOctets, cancellation);
        }
        catch (IOException failure)
        {
            throw _spool.Failed(failure);
        }
    }

    /// <summary>
    /// Reads bytes of the completed message until the destination is full or the message ends. Returns the count.
    /// </summary>
    internal async ValueTask<int> FillAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        var filled = 0;
        while (filled < destination.Length && await ReadAsync(offset + filled, destination[filled..], cancellation) is > 0 and var read)
        {
            filled += read;
        }
        return filled;
    }

    /// <summary>Scans and counts the bytes. Returns those that must be written to the spool file.</summary>
    ReadOnlyMemory<byte> TakeIntoHead(ReadOnlyMemory<byte> octets)
    {
        if (NeedsFreeDisk && Octets == 0)
        {
            _spool.Disk.EnsureRoom();
        }
        Scanner.Write(octets.Span);
        _lineEndCheck.Write(octets.Span);
        Octets += octets.Length;
        var fits = Math.Min(octets.Length, MessageChunks.Octets - _headOctets);
        if (fits > 0)
        {
            GrowHead(_headOctets + fits);
            octets.Span[..fits].CopyTo(_head.AsSpan(_headOctets));
            _headOctets += fits;
        }
        return octets[fits..];
    }

    /// <summary>
    /// Moves the completed message out of memory to a spool file, which must outlive it. Only the size remains known.
    /// </summary>
    internal async ValueTask ParkAsync(SpoolFile file, CancellationToken cancellation)
    {
        var start = file.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(CopyOctets);
        try
        {
            for (var offset = 0L; await ReadAsync(offset, buffer, cancellation) is > 0 and var read; offset += read)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        (_parked, _parkedAt) = (file, start);
        await Spool.CloseAsync(_file);
        _file = null;
        Forget();
    }

    /// <summary>
    /// Reads the head of a message that was moved out of memory, and repeats the scan. Does nothing for other messages.
    /// </summary>
    internal async ValueTask RestoreAsync(CancellationToken cancellation)
    {
        if (_parked is null || _scan is not null)
        {
            return;
        }
        _scanner = new();
        var head = (int)Math.Min(Octets, MessageChunks.Octets);
        GrowHead(head);
        await FillAsync(0, _head.AsMemory(0, head), cancellation);
        Scanner.Write(_head.AsSpan(0, head));
        var buffer = ArrayPool<byte>.Shared.Rent(CopyOctets);
        try
        {
            for (long offset = head; await ReadAsync(offset, buffer, cancellation) is > 0 and var read; offset += read)
            {
                Scanner.Write(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _headOctets = head;
        CompleteScan();
    }

    /// <summary>Releases the memory of a message that can be restored. Does nothing for other messages.</summary>
    internal void Forget()
    {
        if (_parked is not null)
        {
            ReturnHead();
            _scan = null;
        }
    }

    MessageScanner Scanner => _scanner ?? throw new InvalidOperationException("The message is complete.");

    // The scanner keeps all collected text in memory.
    void CompleteScan()
    {
        _scan = Scanner.Complete(Read);
        _scanner = null;
    }

    void ReturnHead()
    {
        ArrayPool<byte>.Shared.Return(_head);
        _head = [];
        _headOctets = 0;
    }

    void GrowHead(int needed)
    {
        if (needed <= _head.Length)
        {
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(needed, _head.Length * 2), MessageChunks.Octets));
        Head.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_head);
        _head = larger;
    }

    FileStream OpenSpool()
    {
        try
        {
            return _spool.Create();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw _spool.Failed(failure);
        }
    }

    async Task OnSpoolAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (IOException failure)
        {
            throw _spool.Failed(failure);
        }
    }
}
