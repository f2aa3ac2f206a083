using System.Runtime.CompilerServices;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>
/// A part without its Content-Transfer-Encoding, decoded while it is read. Its length is unknown until it has been
/// decoded, so it is decoded twice when it is written. A long part is never held in memory.
/// </summary>
/// <param name="part">A part with a known encoding.</param>
sealed class DecodedOctets(FetchOutput output, MessageRow row, MimePart part)
{
    const int PieceOctets = 64 * 1024;

    /// <summary>
    /// Returns the encoding of a part. A multipart or a message has none, whatever its header says (RFC 2045 §6.4).
    /// </summary>
    public static ContentTransferEncoding EncodingOf(MimePart part) =>
        part switch
        {
            { Kind: not MimePartKind.Leaf } => ContentTransferEncoding.Binary,
            // BINARY covers only the encodings of MIME (RFC 3516 §4.3).
            { Encoding: ContentTransferEncoding.Uuencode } => ContentTransferEncoding.Unknown,
            _ => part.Encoding,
        };

    /// <summary>Returns the size of the decoded part in bytes.</summary>
    public async ValueTask<long> MeasureAsync(CancellationToken cancellation)
    {
        var length = 0L;
        await foreach (var piece in ReadAsync(cancellation))
        {
            length += piece.Length;
        }
        return length;
    }

    /// <summary>
    /// literal / literal8 of the bytes in the range: literal8 only if they contain NUL (RFC 3516 §4.3).
    /// </summary>
    public async ValueTask WriteAsync(OctetRange range, CancellationToken cancellation)
    {
        var (length, hasNul) = (0L, false);
        await foreach (var piece in SliceAsync(range, cancellation))
        {
            length += piece.Length;
            hasNul = hasNul || piece.Span.Contains((byte)0);
        }
        var writer = hasNul ? output.Writer.Raw("~"u8) : output.Writer;
        writer.LiteralHeader(length);
        await foreach (var piece in SliceAsync(range, cancellation))
        {
            writer.Raw(piece.Span);
            length -= piece.Length;
            await writer.FlushIfLargeAsync(cancellation);
        }
        if (length != 0)
        {
            throw new LiteralCutShortException($"{row.MessageId} was not decoded alike twice");
        }
    }

    async IAsyncEnumerable<ReadOnlyMemory<byte>> SliceAsync(OctetRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (skip, left) = (range.Offset, range.Octets);
        await foreach (var piece in ReadAsync(cancellation))
        {
            var start = (int)Math.Min(skip, piece.Length);
            var wanted = (int)Math.Min(left, piece.Length - start);
            skip -= start;
            left -= wanted;
            yield return piece.Slice(start, wanted);
            if (left == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>Each piece is valid until the next one is read.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var decoder = TransferDecoder.For(EncodingOf(part)) ?? throw new InvalidOperationException("The encoding is not known.");
        var decoded = new byte[PieceOctets + TransferDecoder.Overhead];
        for (var offset = part.BodyOffset; offset < part.EndOffset; offset += PieceOctets)
        {
            var range = new OctetRange(offset, Math.Min(PieceOctets, part.EndOffset - offset));
            var encoded = await MessageOctets.ReadAsync(output.Octets, row, range, cancellation);
            yield return decoded.AsMemory(0, decoder.Decode(encoded.Span, decoded));
        }
        yield return decoded.AsMemory(0, decoder.Complete(decoded));
    }
}
