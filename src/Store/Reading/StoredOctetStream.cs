namespace AgentPost.Store.Reading;

/// <summary>
/// A stream of pieces in memory, in order, followed by the bytes of a stored message from an offset to its end.
/// </summary>
sealed class StoredOctetStream(
    Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, ReadOnlyMemory<byte>[] pieces, long offset) : Stream
{
    int _piece;
    int _within;
    long _offset = offset;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var filled = 0;
        for (; _piece < pieces.Length && filled < buffer.Length; (_piece, _within) = (_piece + 1, 0))
        {
            var rest = pieces[_piece][_within..];
            var count = Math.Min(rest.Length, buffer.Length - filled);
            rest[..count].CopyTo(buffer[filled..]);
            filled += count;
            if (count < rest.Length)
            {
                _within += count;
                return filled;
            }
        }
        if (filled > 0)
        {
            return filled;
        }
        var octets = await read(_offset, buffer, cancellationToken);
        _offset += octets;
        return octets;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
