using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Html;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Scanning;

/// <summary>Extracts searchable text and the preview from the text parts of a message, as their bytes arrive.</summary>
sealed class TextExtractor(SearchText output)
{
    // Bounds the text between two drains, whatever the size of the pieces that arrive.
    const int PieceOctets = 2048;

    readonly TextDecoder _decoder = new();
    readonly StringBuilder _text = new();
    HtmlAddresses? _addresses;
    readonly UuencodedFiles _files = new();
    ScannedPart? _part;

    // Null in attachments.
    HiddenText? _hidden;
    bool _isActive;
    bool _isPreview;

    // The multipart whose preamble is being read. The preamble is text only if no part follows.
    ScannedPart? _preamble;

    /// <summary>
    /// Starts a text part's body. <paramref name="disposition"/> keeps attachments out of the preview.
    /// </summary>
    public void Begin(ScannedPart part, ContentDisposition? disposition)
    {
        if (output.IsFull)
        {
            return;
        }
        _isActive = true;
        _part = part;
        _addresses = part.Type.Subtype == "HTML" ? new() : null;
        var isApart = part.IsApart(disposition);
        var files = part.Type.Subtype == "PLAIN" && !isApart ? _files : null;
        _hidden = isApart ? null : output.Hidden;
        _decoder.Begin(
            part.Type,
            part.Encoding,
            _addresses is null
                ? PlainText.For(part.Type, _text)
                : new HtmlText(_text, HtmlDetail.Words, hidden: _hidden) { Addresses = _addresses },
            files);
        _isPreview = part.Type.Subtype is "PLAIN" or "HTML" && disposition is not { IsAttachment: true } && output.Preview.IsEmpty;
    }

    /// <summary>Starts the text before the first part of a multipart, unless it has started.</summary>
    public void Preamble(ScannedPart multipart)
    {
        if (_preamble == multipart || output.IsFull)
        {
            return;
        }
        _preamble = multipart;
        _part = null;
        _hidden = output.Hidden;
        _isActive = true;
        _decoder.Begin(ContentType.PlainText, ContentTransferEncoding.Binary, new PlainText(_text));
        _isPreview = output.Preview.IsEmpty;
    }

    /// <summary>Discards the preamble, because a part follows.</summary>
    public void Drop()
    {
        if (_preamble is not null)
        {
            _preamble = null;
            _isActive = false;
            _text.Clear();
        }
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (_isActive && !octets.IsEmpty)
        {
            var piece = octets[..Math.Min(octets.Length, PieceOctets)];
            octets = octets[piece.Length..];
            _decoder.Write(piece);
            Drain();
        }
    }

    public void End()
    {
        if (!_isActive && _preamble is null)
        {
            return;
        }
        _preamble = null;
        var files = _decoder.End();
        Drain();
        output.EndPart();
        if (_addresses is not null)
        {
            // Addresses are not part of the preview.
            output.Append(_addresses.ToString());
            _addresses = null;
        }
        foreach (var file in files)
        {
            output.Append(file.Name);
            output.EndPart();
        }
        if (_part is not null)
        {
            _part.Files = files;
        }
        _isActive = false;
    }

    void Drain()
    {
        if (_preamble is not null)
        {
            _isActive = _text.Length < SearchText.MaxChars;
            return;
        }
        foreach (var chunk in _text.GetChunks())
        {
            output.Append(chunk.Span);
            if (_hidden is not null && chunk.Span.Contains(InvisibleCharacters.TagSurrogate))
            {
                InvisibleCharacters.Remove(chunk.Span.ToString(), _hidden);
            }
            if (_isPreview)
            {
                output.Preview.Append(chunk.Span);
            }
        }
        _text.Clear();
        _isActive = !output.IsFull;
    }
}
