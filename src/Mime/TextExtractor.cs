using System.Text;

namespace AgentPost.Mime;

/// <summary>
/// Decodes the text parts of a message, one after the other, as their octets arrive. Octets are decoded in blocks of a fixed size, so that the result is the same
/// however they arrived.
/// </summary>
sealed class TextExtractor(SearchText output)
{
    const int BlockOctets = 2048;
    const int PieceOctets = 512;

    readonly byte[] _block = new byte[BlockOctets];
    readonly StringBuilder _html = new();
    char[] _chars = [];
    int _count;
    TransferDecoder? _transfer;
    Decoder? _charset;
    HtmlText? _htmlText;
    bool _isPreview;

    /// <summary>Begins with a text part's body; <paramref name="disposition"/> keeps attachments out of the preview.</summary>
    public void Begin(ScannedPart part, ContentDisposition? disposition)
    {
        if (output.IsFull)
        {
            return;
        }
        var encoding = Charsets.Find(part.Type.Charset);
        // Text that is encoded in an unknown way is most likely not encoded at all.
        _transfer = TransferDecoder.For(part.Encoding) ?? new IdentityDecoder();
        _charset = encoding.GetDecoder();
        var maxChars = encoding.GetMaxCharCount(BlockOctets);
        _chars = _chars.Length >= maxChars ? _chars : new char[maxChars];
        _count = 0;
        _htmlText = part.Type.Subtype == "HTML" ? new HtmlText(_html, HtmlDetail.Words) : null;
        _isPreview = part.Type.Subtype is "PLAIN" or "HTML" && disposition is not { IsAttachment: true } && output.Preview.IsEmpty;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        if (_transfer is null)
        {
            return;
        }
        Span<byte> decoded = stackalloc byte[PieceOctets + TransferDecoder.Overhead];
        while (_transfer is not null && !octets.IsEmpty)
        {
            var piece = octets[..Math.Min(octets.Length, PieceOctets)];
            octets = octets[piece.Length..];
            Fill(decoded[.._transfer.Decode(piece, decoded)]);
        }
    }

    public void End()
    {
        if (_transfer is null)
        {
            return;
        }
        Span<byte> held = stackalloc byte[TransferDecoder.Overhead];
        Fill(held[.._transfer.Complete(held)]);
        DecodeBlock(flush: true);
        _htmlText?.Complete();
        AppendHtml();
        output.EndPart();
        _transfer = null;
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
        var count = _charset?.GetChars(_block.AsSpan(0, _count), _chars, flush) ?? 0;
        _count = 0;
        if (_htmlText is null)
        {
            Append(_chars.AsSpan(0, count));
            return;
        }
        _htmlText.Write(_chars.AsSpan(0, count));
        AppendHtml();
    }

    void AppendHtml()
    {
        foreach (var chunk in _html.GetChunks())
        {
            Append(chunk.Span);
        }
        _html.Clear();
    }

    void Append(ReadOnlySpan<char> text)
    {
        output.Append(text);
        if (_isPreview)
        {
            output.Preview.Append(text);
        }
        if (output.IsFull)
        {
            _transfer = null;
        }
    }
}
