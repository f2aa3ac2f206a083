namespace AgentPost.Host.Remote;

/// <summary>
/// A connection that fails when the server sends more than is allowed for the current command. This limits what a
/// client library buffers, whatever size the server announces.
/// </summary>
sealed class ReceiveLimitStream(Stream inner) : Stream
{
    long _left;

    /// <summary>True if the server sent more than was allowed.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>True if the server closed the connection.</summary>
    public bool IsEnded { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sets how many bytes the server may send from now on.</summary>
    public void Allow(long bytes) => Interlocked.Exchange(ref _left, bytes);

    /// <summary>Allows more bytes.</summary>
    public void AllowMore(long bytes) => Interlocked.Add(ref _left, bytes);

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count), count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    int Count(int read, int requested)
    {
        IsEnded |= read == 0 && requested > 0;
        IsExceeded |= Interlocked.Add(ref _left, -read) < 0;
        return IsExceeded ? throw new IOException("The server sent more than was allowed.") : read;
    }
}
