using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;
using AgentPost.Store;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Mail;

/// <summary>
/// Reads and decodes a part of a stored message in pieces. Holds no database connection between reads.
/// </summary>
/// <param name="range">Range of the decoded bytes. Null for all bytes.</param>
sealed class StoredPartStream(MailStore store, InboxId inbox, MessageId message, MimePart part, OctetRange? range = null) : Stream
{
    const int PieceOctets = 64 * 1024;

    // If the transfer encoding is unknown, the bytes are returned unchanged.
    readonly TransferDecoder? _decoder = TransferDecoder.For(part.Encoding);
    readonly byte[] _encoded = new byte[PieceOctets];
    readonly byte[] _decoded = new byte[PieceOctets + TransferDecoder.Overhead];
    long _offset = part.BodyOffset;
    long _skip = range?.Offset ?? 0;
    long _left = range?.Octets ?? long.MaxValue;
    Memory<byte> _ready;
    bool _isComplete;

    /// <summary>Opens the whole message, as one part without a transfer encoding.</summary>
    public static StoredPartStream OfMessage(MailStore store, InboxId inbox, MessageId message, MimePart root) => new(store, inbox, message, new()
    {
        Kind = MimePartKind.Leaf,
        Encoding = ContentTransferEncoding.Binary,
        HeaderOffset = 0,
        BodyOffset = 0,
        EndOffset = root.EndOffset,
    });

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
        while (_ready.IsEmpty && !_isComplete && _left > 0)
        {
            await FillAsync(cancellationToken);
            var skipped = (int)Math.Min(_skip, _ready.Length);
            _ready = _ready[skipped..];
            _skip -= skipped;
        }
        var count = (int)Math.Min(Math.Min(_ready.Length, buffer.Length), _left);
        _left -= count;
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The database is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    async ValueTask FillAsync(CancellationToken cancellation)
    {
        var wanted = (int)Math.Min(PieceOctets, part.EndOffset - _offset);
        var read = wanted > 0 ? await store.Messages.ReadOctetsAsync(inbox, message, _offset, _encoded.AsMemory(0, wanted), cancellation) : 0;
        _offset += read;
        if (read == 0)
        {
            _isComplete = true;
            _ready = _decoded.AsMemory(0, _decoder?.Complete(_decoded) ?? 0);
        }
        else if (_decoder is null)
        {
            _ready = _encoded.AsMemory(0, read);
        }
        else
        {
            _ready = _decoded.AsMemory(0, _decoder.Decode(_encoded.AsSpan(0, read), _decoded));
        }
    }
}
