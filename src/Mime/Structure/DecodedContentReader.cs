using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Decodes a message as its bytes arrive: every header field and every body, at any depth, including attachments and
/// attached messages. Linear time, bounded memory. Accepts any input. Not thread-safe; one use per instance.
/// </summary>
public sealed class DecodedContentReader
{
    readonly MimeScanner _scanner;

    public DecodedContentReader(IDecodedContent output) => _scanner = new MimeScanner(new Decoding(output));

    public void Write(ReadOnlySpan<byte> octets) => _scanner.Write(octets);

    /// <summary>Ends the message. Call once.</summary>
    public void Complete() => _scanner.Complete();

    sealed class Decoding(IDecodedContent output) : IMimeSink
    {
        const int PieceBytes = 16 * 1024;

        readonly byte[] _decoded = new byte[PieceBytes + TransferDecoder.Overhead];
        TransferDecoder? _decoder;

        public void HeaderEnded(ScannedPart part, HeaderBlock header)
        {
            EndBody();
            for (var field = 0; field < header.Count; field++)
            {
                Write(EncodedWords.Decode(header.Text(field)));
            }
            foreach (var parameter in part.Type.Parameters.Concat(ContentDisposition.Read(header)?.Parameters ?? []))
            {
                Write(parameter.Text());
            }
        }

        public void Body(ScannedPart part, ReadOnlySpan<byte> octets)
        {
            _decoder ??= (part.Kind == MimePartKind.Leaf ? TransferDecoder.For(part.Encoding) : null)
                ?? new IdentityDecoder();
            while (!octets.IsEmpty)
            {
                var piece = octets[..Math.Min(octets.Length, PieceBytes)];
                octets = octets[piece.Length..];
                output.Write(_decoded.AsSpan(0, _decoder.Decode(piece, _decoded)));
            }
        }

        public void Ended(ScannedPart part) => EndBody();

        void EndBody()
        {
            if (_decoder is not null)
            {
                output.Write(_decoded.AsSpan(0, _decoder.Complete(_decoded)));
                output.End();
                _decoder = null;
            }
        }

        void Write(string text)
        {
            output.Write(Encoding.UTF8.GetBytes(text));
            output.End();
        }
    }
}
