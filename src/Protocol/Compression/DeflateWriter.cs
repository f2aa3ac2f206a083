using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Compression;

/// <summary>
/// Compresses flushed data as raw DEFLATE (RFC 1951) into another writer. Each flush ends on a byte boundary, so that
/// the client can read everything, and releases the compressor with its hundreds of kilobytes, so that an idle
/// connection holds none of them. Later data is compressed without references to earlier data, which needs no support
/// in the client.
/// </summary>
sealed class DeflateWriter(PipeWriter target) : PipeWriter, IDisposable
{
    const int LeastBlock = 4 * 1024;

    readonly Sink _sink = new(target);
    DeflateStream? _compressor;
    byte[] _block = [];

    public override bool CanGetUnflushedBytes => target.CanGetUnflushedBytes;

    /// <summary>Number of unflushed bytes after compression.</summary>
    public override long UnflushedBytes => target.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_block.Length < Math.Max(sizeHint, 1))
        {
            ReturnBlock();
            _block = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, LeastBlock));
        }
        return _block;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes > 0)
        {
            _compressor ??= new(_sink, CompressionLevel.Optimal, leaveOpen: true);
            _compressor.Write(_block, 0, bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _compressor?.Flush();
        Release();
        return target.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => target.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => Dispose();

    /// <summary>Releases the buffers. The target stays open.</summary>
    public void Dispose()
    {
        Release();
        _sink.Dispose();
    }

    void Release()
    {
        // Disposing the compressor ends the DEFLATE stream, which must continue, so discard its output.
        _sink.IsClosed = true;
        _compressor?.Dispose();
        _compressor = null;
        _sink.IsClosed = false;
        ReturnBlock();
    }

    void ReturnBlock()
    {
        if (_block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_block);
            _block = [];
        }
    }

    /// <summary>The target as a stream for the compressor. Does not flush; the writer does.</summary>
    sealed class Sink(PipeWriter target) : Stream
    {
        /// <summary>True while written data is discarded.</summary>
        public bool IsClosed { get; set; }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!IsClosed)
            {
                target.Write(buffer);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
