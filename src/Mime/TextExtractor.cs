using System.Text;
using AgentPost.Mime.Html;

namespace AgentPost.Mime;

/// <summary>Takes from the text parts of a message, as their octets arrive, what can be searched and what is previewed.</summary>
sealed class TextExtractor(SearchText output)
{
    // So that the text between two drains is bounded, whatever length the octets arrive in.
    const int PieceOctets = 2048;

    readonly TextDecoder _decoder = new();
    readonly StringBuilder _text = new();
    bool _isActive;
    bool _isPreview;

    /// <summary>Begins with a text part's body; <paramref name="disposition"/> keeps attachments out of the preview.</summary>
    public void Begin(ScannedPart part, ContentDisposition? disposition)
    {
        if (output.IsFull)
        {
            return;
        }
        _isActive = true;
        _decoder.Begin(part, part.Type.Subtype == "HTML" ? new HtmlText(_text, HtmlDetail.Words) : PlainText.For(part.Type, _text));
        _isPreview = part.Type.Subtype is "PLAIN" or "HTML" && disposition is not { IsAttachment: true } && output.Preview.IsEmpty;
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
        if (!_isActive)
        {
            return;
        }
        _decoder.End();
        Drain();
        output.EndPart();
        _isActive = false;
    }

    void Drain()
    {
        foreach (var chunk in _text.GetChunks())
        {
            output.Append(chunk.Span);
            if (_isPreview)
            {
                output.Preview.Append(chunk.Span);
            }
        }
        _text.Clear();
        _isActive = !output.IsFull;
    }
}
