using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Html;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Text;

/// <summary>Collects the text parts of a message and chooses among alternatives with the same content.</summary>
sealed class BodyTexts : IMimeSink
{
    // Number of bytes between two checks of the collected length.
    const int PieceOctets = 4096;

    readonly TextDecoder _decoder = new();
    readonly UuencodedFiles _files = new();
    readonly List<TextPart> _bodies = [];
    TextPart? _current;
    ScannedPart? _multipart;
    TextPart? _preamble;
    bool _wasTruncated;
    int _textChars;
    int _htmlChars;
    bool _isTruncated;

    public void HeaderEnded(ScannedPart part, HeaderBlock header)
    {
        DropPreamble();
        _multipart = part.Kind == MimePartKind.Multipart && !part.IsApart(ContentDisposition.Read(header)) ? part : null;
        if (part.Kind != MimePartKind.Leaf || !part.Type.IsText || part.Type.Subtype is not ("PLAIN" or "HTML") || part.IsApart(ContentDisposition.Read(header)))
        {
            return;
        }
        _current = new TextPart(part.Type.Subtype == "HTML", AlternativeOf(part), new StringBuilder());
        _bodies.Add(_current);
        _decoder.Begin(part.Type, part.Encoding, _current.IsHtml ? new PlainText(_current.Chars) : PlainText.For(part.Type, _current.Chars), _current.IsHtml ? null : _files);
    }

    public void Body(ScannedPart part, ReadOnlySpan<byte> octets)
    {
        if (part == _multipart && _preamble is null)
        {
            BeginPreamble(part);
        }
        while (_current is { } body && !octets.IsEmpty)
        {
            var piece = octets[..Math.Min(octets.Length, PieceOctets)];
            octets = octets[piece.Length..];
            _decoder.Write(piece);
            Bound(body);
        }
    }

    public void Ended(ScannedPart part)
    {
        _preamble = null;
        if (_current is not { } body || part.FinalKind != MimePartKind.Leaf)
        {
            return;
        }
        _decoder.End();
        Bound(body);
        Keep(body);
    }

    public MessageText Result()
    {
        var text = new StringBuilder();
        var html = new StringBuilder();
        var hidden = new HiddenText();
        // Alternatives whose plain text has the content of their HTML.
        var plain = _bodies.Where(b => !b.IsHtml && b.Alternative is not null && b.HasText).Select(b => b.Alternative).ToHashSet();
        foreach (var body in _bodies)
        {
            if (body.IsHtml)
            {
                Append(html, body.Chars.ToString());
            }
            var reading = body.IsHtml ? Read(body.Chars, hidden) : body.Chars.ToString();
            if (!body.IsHtml || body.Alternative is null || !plain.Contains(body.Alternative))
            {
                Append(text, reading);
            }
        }
        _isTruncated |= text.Length > MessageTextReader.MaxChars;
        text.Length = Math.Min(text.Length, MessageTextReader.MaxChars);
        var clean = StorableText.Clean(text.ToString()).ReplaceLineEndings("\n");
        return new MessageText(clean, html.Length == 0 ? null : StorableText.Clean(html.ToString()), ReplyText.Extract(InvisibleCharacters.Remove(clean, hidden)), _isTruncated)
        {
            HiddenText = hidden.IsPresent ? hidden.ToString() : null,
        };
    }

    // Text before the first part of a multipart belongs to the message only if no part follows.
    void BeginPreamble(ScannedPart multipart)
    {
        _preamble = _current = new TextPart(IsHtml: false, AlternativeOf(multipart), new StringBuilder());
        _wasTruncated = _isTruncated;
        _bodies.Add(_current);
        _decoder.Begin(ContentType.PlainText, ContentTransferEncoding.Binary, new PlainText(_current.Chars));
    }

    void DropPreamble()
    {
        if (_preamble is not { } preamble)
        {
            return;
        }
        _textChars -= _current is null ? preamble.Chars.Length : 0;
        _isTruncated = _wasTruncated;
        _bodies.Remove(preamble);
        _preamble = _current = null;
    }

    static ScannedPart? AlternativeOf(ScannedPart part)
    {
        var outer = part.Parent;
        while (outer is not null && outer.Type.Subtype != "ALTERNATIVE")
        {
            outer = outer.Parent;
        }
        return outer;
    }

    static string Read(StringBuilder html, HiddenText hidden)
    {
        var text = new StringBuilder();
        var reader = new HtmlText(text, HtmlDetail.Reading, hidden: hidden);
        foreach (var chunk in html.GetChunks())
        {
            reader.Write(chunk.Span);
        }
        reader.Complete();
        return text.ToString();
    }

    static void Append(StringBuilder all, string body)
    {
        if (all.Length > 0 && body.Length > 0 && all[^1] != '\n')
        {
            all.Append('\n');
        }
        all.Append(body);
    }

    void Bound(TextPart body)
    {
        var room = MessageTextReader.MaxChars - (body.IsHtml ? _htmlChars : _textChars);
        if (body.Chars.Length > room)
        {
            body.Chars.Length = room;
            _isTruncated = true;
            Keep(body);
        }
    }

    void Keep(TextPart body)
    {
        if (_current is null)
        {
            return;
        }
        _textChars += body.IsHtml ? 0 : body.Chars.Length;
        _htmlChars += body.IsHtml ? body.Chars.Length : 0;
        _current = null;
    }

    /// <summary>A text part with its enclosing multipart/alternative; null if there is none.</summary>
    sealed record TextPart(bool IsHtml, ScannedPart? Alternative, StringBuilder Chars)
    {
        public bool HasText => !string.IsNullOrWhiteSpace(Chars.ToString());
    }
}
