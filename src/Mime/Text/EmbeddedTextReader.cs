using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Html;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Tnef;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Text;

/// <summary>
/// Reads the message text inside a part from its bytes, as they arrive. Memory is bounded by
/// <see cref="MessageTextReader.MaxChars"/>. Accepts any input. Not thread-safe.
/// </summary>
public sealed class EmbeddedTextReader
{
    readonly StringBuilder _html = new();
    readonly EmbeddedTextDecoder _text;

    public EmbeddedTextReader(EmbeddedText text)
    {
        _text = new EmbeddedTextDecoder(text, HtmlDetail.Reading, text.Kind == EmbeddedTextKind.Html ? _html : null);
    }

    public void Write(ReadOnlySpan<byte> bytes) => _text.Write(bytes);

    /// <summary>Ends the text. Call once.</summary>
    public MessageText Complete()
    {
        var text = StorableText.Clean(_text.Complete()).ReplaceLineEndings("\n");
        return new(text, _html.Length == 0 ? null : StorableText.Clean(_html.ToString()), ReplyText.Extract(InvisibleCharacters.Remove(text)), _text.IsTruncated);
    }
}

/// <summary>Decodes the message text inside a part.</summary>
sealed class EmbeddedTextDecoder
{
    const int PieceBytes = 4096;

    readonly StringBuilder _chars = new();
    readonly StringBuilder? _source;
    readonly TextDecoder _decoder = new();
    readonly CompressedRtf? _rtf;

    /// <param name="source">Receives the unchanged HTML; null if it is not needed.</param>
    public EmbeddedTextDecoder(EmbeddedText text, HtmlDetail detail, StringBuilder? source = null)
    {
        _source = source;
        if (text.Kind == EmbeddedTextKind.Rtf)
        {
            _rtf = new CompressedRtf(text.Size, _chars);
            return;
        }
        IReadOnlyList<MimeParameter> parameters = text.Charset is null ? [] : [new("CHARSET", Encoding.ASCII.GetBytes(text.Charset))];
        var isHtml = text.Kind == EmbeddedTextKind.Html;
        ITextFilter filter = isHtml ? new HtmlText(_chars, detail) : new PlainText(_chars);
        filter = source is null ? filter : new Both(filter, new PlainText(source));
        _decoder.Begin(new ContentType("TEXT", isHtml ? "HTML" : "PLAIN", parameters), ContentTransferEncoding.Binary, filter);
    }

    public bool IsTruncated => IsFull;

    bool IsFull => _chars.Length >= MessageTextReader.MaxChars || _source?.Length >= MessageTextReader.MaxChars;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsFull)
        {
            var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
            bytes = bytes[piece.Length..];
            if (_rtf is not null)
            {
                _rtf.Write(piece);
            }
            else
            {
                _decoder.Write(piece);
            }
        }
    }

    public string Complete()
    {
        if (_rtf is null)
        {
            _decoder.End();
        }
        else
        {
            _rtf.Complete();
        }
        _chars.Length = Math.Min(_chars.Length, MessageTextReader.MaxChars);
        if (_source is not null)
        {
            _source.Length = Math.Min(_source.Length, MessageTextReader.MaxChars);
        }
        // Strings in TNEF end in NUL.
        return _chars.ToString().TrimEnd('\0');
    }

    sealed class Both(ITextFilter first, ITextFilter second) : ITextFilter
    {
        public void Write(ReadOnlySpan<char> text)
        {
            first.Write(text);
            second.Write(text);
        }

        public void Complete()
        {
            first.Complete();
            second.Complete();
        }
    }
}
