using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Reads bytes of a message from an offset, up to the size of the destination. Returns the count; 0 at the end.
/// </summary>
public delegate int ReadOctets(long offset, Span<byte> destination);

/// <summary>A range of the decoded content of a part, read and decoded piece by piece. Forward only.</summary>
sealed class DecodedPartStream : Stream
{
    const int PieceBytes = 16 * 1024;

    readonly ReadOctets _read;
    readonly TransferDecoder _decoder;
    readonly byte[] _encoded = new byte[PieceBytes];
    readonly byte[] _decoded = new byte[PieceBytes + TransferDecoder.Overhead];
    readonly long _end;
    long _next;
    long _left;
    int _ready;
    int _taken;
    bool _isComplete;

    public DecodedPartStream(ReadOctets read, ScannedPart part, long start = 0, long size = long.MaxValue)
    {
        _read = read;
        _decoder = TransferDecoder.For(part.Encoding) ?? new IdentityDecoder();
        (_next, _end, _left) = (part.BodyOffset, part.EndOffset, start);
        Span<byte> skipped = stackalloc byte[512];
        while (_left > 0 && Read(skipped) > 0)
        {
        }
        _left = size;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_taken == _ready && !_isComplete)
        {
            Fill();
        }
        var count = (int)Math.Min(Math.Min(_ready - _taken, buffer.Length), _left);
        _decoded.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    void Fill()
    {
        var wanted = (int)Math.Min(PieceBytes, _end - _next);
        var read = wanted > 0 ? _read(_next, _encoded.AsSpan(0, wanted)) : 0;
        _next += read;
        _isComplete = read == 0;
        _taken = 0;
        _ready = _isComplete ? _decoder.Complete(_decoded) : _decoder.Decode(_encoded.AsSpan(0, read), _decoded);
    }
}
