using System.Buffers;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Scanning;

/// <summary>
/// Counts the bytes that <see cref="TransferDecoder"/> decodes from one body, as it arrives. Base64 is counted without
/// decoding. Not thread-safe.
/// </summary>
sealed class DecodedSize(ContentTransferEncoding encoding)
{
    const int PieceBytes = 512;

    static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    readonly TransferDecoder? _decoder = encoding == ContentTransferEncoding.Base64 ? null : TransferDecoder.For(encoding);
    long _size;

    // Characters since the last padding.
    long _characters;

    /// <summary>True if the size of the decoded body differs from the size of the body.</summary>
    public static bool IsFor(ContentTransferEncoding encoding) => encoding
        is ContentTransferEncoding.Base64 or ContentTransferEncoding.QuotedPrintable or ContentTransferEncoding.Uuencode;

    public void Write(ReadOnlySpan<byte> octets)
    {
        if (_decoder is null)
        {
            WriteBase64(octets);
            return;
        }
        Span<byte> decoded = stackalloc byte[PieceBytes + TransferDecoder.Overhead];
        while (!octets.IsEmpty)
        {
            var piece = octets[..Math.Min(octets.Length, PieceBytes)];
            octets = octets[piece.Length..];
            _size += _decoder.Decode(piece, decoded);
        }
    }

    /// <summary>Ends the body and returns its size in bytes. Call once.</summary>
    public long Complete()
    {
        EndQuantum();
        Span<byte> held = stackalloc byte[TransferDecoder.Overhead];
        return _size + (_decoder?.Complete(held) ?? 0);
    }

    void WriteBase64(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var length = octets.IndexOfAnyExcept(Alphabet);
            if (length < 0)
            {
                _characters += octets.Length;
                return;
            }
            _characters += length;
            if (octets[length] == '=')
            {
                EndQuantum();
            }
            octets = octets[(length + 1)..];
        }
    }

    // Bits that do not complete a byte are padding.
    void EndQuantum()
    {
        _size += _characters * 6 / 8;
        _characters = 0;
    }
}
