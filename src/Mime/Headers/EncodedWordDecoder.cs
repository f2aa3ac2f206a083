using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Headers;

/// <summary>Decodes a text with encoded words in one pass.</summary>
ref struct EncodedWordDecoder(ReadOnlySpan<byte> text)
{
    const int MaxCharsetOctets = 64;

    readonly ReadOnlySpan<byte> _text = text;
    readonly StringBuilder _decoded = new(text.Length);

    // Bytes of consecutive encoded words in the same charset.
    readonly List<byte> _pending = [];
    string _charset = "";

    // Charset of the text around the words: one guess for the whole field.
    Encoding? _guess;
    bool _noMoreEnds;

    public string Decode()
    {
        var plain = 0;
        var next = 0;
        var afterWord = false;
        while (next < _text.Length)
        {
            var start = _text[next..].IndexOf("=?"u8);
            if (start < 0)
            {
                break;
            }
            start += next;
            if (!TryReadWord(start, out var word))
            {
                next = start + 2;
                continue;
            }
            var between = _text[plain..start];
            if (!afterWord || between.ContainsAnyExcept(" \t\r\n"u8))
            {
                Flush();
                AppendPlain(between);
            }
            Append(word);
            afterWord = true;
            plain = next = word.End;
        }
        Flush();
        AppendPlain(_text[plain..]);
        return _decoded.ToString();
    }

    // encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
    bool TryReadWord(int start, out Word word)
    {
        word = default;
        var afterCharset = start + 2;
        var charset = _text[afterCharset..Math.Min(_text.Length, afterCharset + MaxCharsetOctets)].IndexOf((byte)'?');
        if (charset <= 0 || _noMoreEnds)
        {
            return false;
        }
        var encoding = afterCharset + charset + 1;
        if (encoding + 1 >= _text.Length || _text[encoding + 1] != '?' || (_text[encoding] | 0x20) is not ('b' or 'q'))
        {
            return false;
        }
        var content = encoding + 2;
        var length = _text[content..].IndexOf("?="u8);
        _noMoreEnds = length < 0;
        if (length < 0)
        {
            return false;
        }
        var name = Encoding.ASCII.GetString(_text.Slice(afterCharset, charset));
        var language = name.IndexOf('*');
        word = new Word(language < 0 ? name : name[..language], (_text[encoding] | 0x20) == 'b', content, length);
        return true;
    }

    void Append(Word word)
    {
        if (!word.Charset.Equals(_charset, StringComparison.OrdinalIgnoreCase))
        {
            Flush();
            _charset = word.Charset;
        }
        var content = _text.Slice(word.Content, word.Length);
        var octets = new byte[content.Length];
        if (word.IsBase64)
        {
            var count = new Base64Decoder().Decode(content, octets);
            _pending.AddRange(octets.AsSpan(0, count));
        }
        else
        {
            var count = DecodeQ(content, octets);
            _pending.AddRange(octets.AsSpan(0, count));
        }
    }

    // The "Q" encoding (RFC 2047 §4.2)
    static int DecodeQ(ReadOnlySpan<byte> content, Span<byte> octets)
    {
        var count = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '=' && i + 2 < content.Length && HexDigits.TryRead(content[i + 1], content[i + 2], out var octet))
            {
                octets[count++] = octet;
                i += 2;
            }
            else
            {
                octets[count++] = content[i] == '_' ? (byte)' ' : content[i];
            }
        }
        return count;
    }

    void AppendPlain(ReadOnlySpan<byte> octets)
    {
        if (!octets.IsEmpty)
        {
            _guess ??= Charsets.Guess(_text);
            _decoded.Append(_guess.GetString(octets));
        }
    }

    readonly void Flush()
    {
        if (_pending.Count > 0)
        {
            _decoded.Append(Charsets.Decode(_charset, [.. _pending]));
            _pending.Clear();
        }
    }

    readonly record struct Word(string Charset, bool IsBase64, int Content, int Length)
    {
        public int End => Content + Length + 2;
    }
}
