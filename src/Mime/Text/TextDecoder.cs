using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Html;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Text;

/// <summary>
/// Decodes the bytes of text parts, one part after the other: transfer encoding, then charset. Decodes blocks of a
/// fixed size, so the result does not depend on the size of the pieces that arrive.
/// </summary>
sealed class TextDecoder
{
    const int BlockOctets = 2048;
    const int PieceOctets = 512;

    readonly byte[] _block = new byte[BlockOctets];
    char[] _chars = [];
    int _count;
    TransferDecoder _transfer = new IdentityDecoder();
    readonly CharsetGuess _guess = new();

    // Null if the charset must be guessed.
    Decoder? _charset;
    ITextFilter? _output;
    bool _seeksCharset;

    // Null if the part is not searched for files.
    UuencodedFiles? _files;

    /// <param name="files">Extracts the files from the text; null for text without files.</param>
    public void Begin(ContentType type, ContentTransferEncoding encoding, ITextFilter output, UuencodedFiles? files = null)
    {
        files?.BeginPart();
        _files = files;
        // Text with an unknown transfer encoding is most likely not encoded.
        _transfer = TransferDecoder.For(encoding) ?? new IdentityDecoder();
        Use(Charsets.Find(type.Charset));
        _guess.Clear();
        _seeksCharset = string.IsNullOrWhiteSpace(type.Charset) && type.Subtype == "HTML";
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
            Take(decoded[.._transfer.Decode(piece, decoded)]);
        }
    }

    /// <summary>Ends the part. Returns the files in it.</summary>
    public IReadOnlyList<EmbeddedFile> End()
    {
        Span<byte> held = stackalloc byte[TransferDecoder.Overhead];
        Take(held[.._transfer.Complete(held)]);
        var files = _files?.EndPart(Fill) ?? [];
        DecodeBlock(flush: true);
        if (_charset is null && _output is not null)
        {
            _guess.Complete(_output);
        }
        _output?.Complete();
        return files;
    }

    void Take(ReadOnlySpan<byte> decoded)
    {
        if (_files is null)
        {
            Fill(decoded);
        }
        else
        {
            _files.Write(decoded, Fill);
        }
    }

    void Use(Encoding? encoding)
    {
        _charset = encoding?.GetDecoder();
        if (encoding is null)
        {
            return;
        }
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
            Use(HtmlCharset.Find(_block.AsSpan(0, _count)));
        }
        var block = _block.AsSpan(0, _count);
        _count = 0;
        if (_charset is not null)
        {
            _output?.Write(_chars.AsSpan(0, _charset.GetChars(block, _chars, flush)));
        }
        else if (_output is not null)
        {
            _guess.Write(block, _output);
        }
    }
}
