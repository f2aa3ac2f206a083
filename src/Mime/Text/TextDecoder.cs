using System.Text;
using AgentPost.Mime.Html;

namespace AgentPost.Mime;

/// <summary>
/// Turns the octets of text parts, one part after the other, into characters: transfer encoding, then charset. Octets are decoded in blocks of a fixed size, so that the
/// result is the same however they arrived.
/// </summary>
sealed class TextDecoder
{
    const int BlockOctets = 2048;
    const int PieceOctets = 512;

    readonly byte[] _block = new byte[BlockOctets];
    char[] _chars = [];
    int _count;
    TransferDecoder _transfer = new IdentityDecoder();
    Decoder _charset = Encoding.ASCII.GetDecoder();
    ITextFilter? _output;
    bool _seeksCharset;

    public void Begin(ScannedPart part, ITextFilter output)
    {
        // Text that is encoded in an unknown way is most likely not encoded at all.
        _transfer = TransferDecoder.For(part.Encoding) ?? new IdentityDecoder();
        Use(Charsets.Find(part.Type.Charset));
        _seeksCharset = part.Type.Charset is null && part.Type.Subtype == "HTML";
        _count = 0;
        _output = output;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        Span<byte> decoded = stackalloc byte[PieceOctets + TransferDecoder.Overhead];
        while (!octets.IsEmpty)
        {
            var piece = octets[..Math.Min(octets.Length, PieceOctets)];
            octets = octets[piece.Length..];
            Fill(decoded[.._transfer.Decode(piece, decoded)]);
        }
    }

    public void End()
    {
        Span<byte> held = stackalloc byte[TransferDecoder.Overhead];
        Fill(held[.._transfer.Complete(held)]);
        DecodeBlock(flush: true);
        _output?.Complete();
    }

    void Use(Encoding encoding)
    {
        _charset = encoding.GetDecoder();
        var maxChars = encoding.GetMaxCharCount(BlockOctets);
        _chars = _chars.Length >= maxChars ? _chars : new char[maxChars];
    }

    void Fill(ReadOnlySpan<byte> decoded)
    {
        while (!decoded.IsEmpty)
        {
            var taken = decoded[..Math.Min(decoded.Length, BlockOctets - _count)];
            taken.CopyTo(_block.AsSpan(_count));
            _count += taken.Length;
            decoded = decoded[taken.Length..];
            if (_count == BlockOctets)
            {
                DecodeBlock(flush: false);
            }
        }
    }

    void DecodeBlock(bool flush)
    {
        if (_seeksCharset)
        {
            _seeksCharset = false;
            if (HtmlCharset.Find(_block.AsSpan(0, _count)) is { } named)
            {
                Use(named);
            }
        }
        var count = _charset.GetChars(_block.AsSpan(0, _count), _chars, flush);
        _count = 0;
        _output?.Write(_chars.AsSpan(0, count));
    }
}
