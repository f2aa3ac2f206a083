using AgentPost.Mime.Transfer;

namespace AgentPost.Host.Api.Mail;

/// <summary>Decodes another stream, which it owns. Forward-only and asynchronous-only.</summary>
sealed class DecodingStream(Stream encoded, TransferDecoder decoder) : Stream
{
    const int PieceBytes = 16 * 1024;

    readonly byte[] _encoded = new byte[PieceBytes];
    readonly byte[] _decoded = new byte[PieceBytes + TransferDecoder.Overhead];
    Memory<byte> _ready;
    bool _isComplete;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty && !_isComplete)
        {
            var read = await encoded.ReadAsync(_encoded, cancellationToken);
            _isComplete = read == 0;
            var count = _isComplete ? decoder.Complete(_decoded) : decoder.Decode(_encoded.AsSpan(0, read), _decoded);
            _ready = _decoded.AsMemory(0, count);
        }
        var taken = Math.Min(_ready.Length, buffer.Length);
        _ready[..taken].CopyTo(buffer);
        _ready = _ready[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The message is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await encoded.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            encoded.Dispose();
        }
        base.Dispose(disposing);
    }
}
