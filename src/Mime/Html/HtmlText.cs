using System.Buffers;
using System.Text;
using AgentPost.Mime.Characters;
using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// Converts HTML that arrives in pieces to readable text: MimeKit reads tags, comments and character references, and
/// <see cref="HtmlLayout"/> arranges the lines. An unclosed quote, comment or tag does not hide the text after it.
/// Linear in time; keeps at most <see cref="MaxWindowChars"/> characters. Not thread-safe.
/// </summary>
/// <remarks>
/// The tokenizer cannot wait for more input. It therefore reads a window at a time. Tokens that are unfinished at the
/// end of a window are repeated at the start of the next one.
/// </remarks>
/// <param name="links">Receives the links. Null if they are not needed.</param>
/// <param name="hidden">Receives the text that readers do not see. Null if it is not needed.</param>
sealed class HtmlText(StringBuilder output, HtmlDetail detail, List<HtmlLinkText>? links = null, HiddenText? hidden = null) : ITextFilter
{
    /// <summary>A tag or comment that does not end within this many characters counts as unclosed.</summary>
    const int MaxTokenChars = 1 << 16;

    const int MaxWindowChars = 2 * MaxTokenChars;
    const int FirstWindowChars = 4096;

    // Length of "</template" and one more character.
    const int MaxHiddenEnd = 11;

    /// <summary>Characters in names of elements, with or without a prefix.</summary>
    static readonly SearchValues<char> NameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.");

    readonly HtmlLayout _layout = new(output, detail, links, hidden);
    readonly CharacterReferences _references = new();
    char[] _window = [];
    int _count;

    // The element whose content is skipped.
    string? _hidden;

    /// <summary>Receives the URLs in attributes; null if they are not needed.</summary>
    public HtmlAddresses? Addresses { get; init; }

    public void Write(ReadOnlySpan<char> html)
    {
        while (!html.IsEmpty)
        {
            if (_count == MaxWindowChars)
            {
                ReadWindow(isLast: false);
            }
            var piece = html[..Math.Min(html.Length, MaxWindowChars - _count)];
            html = html[piece.Length..];
            if (_window.Length < _count + piece.Length)
            {
                Grow(_count + piece.Length);
            }
            piece.CopyTo(_window.AsSpan(_count));
            _count += piece.Length;
        }
    }

    public void Complete()
    {
        ReadWindow(isLast: true);
        _layout.Complete();
        ArrayPool<char>.Shared.Return(_window);
        _window = [];
    }

    void Grow(int needed)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Min(MaxWindowChars, Math.Max(needed, Math.Max(FirstWindowChars, _window.Length * 2))));
        _window.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<char>.Shared.Return(_window);
        _window = larger;
    }

    void ReadWindow(bool isLast)
    {
        var start = 0;
        while (start < _count)
        {
            start = _hidden is null ? start : SkipHidden(start, isLast);
            var source = new HtmlSource(_window.AsMemory(0, isLast ? _count : EndOfText(start)), start);
            start = _hidden is null ? Tokenize(source, start, isLast) : start;
            if (!isLast && !source.HasUnclosedQuote && _count - start <= MaxTokenChars)
            {
                break;
            }
            if (start < _count)
            {
                (start, _count) = UnclosedToken.Skip(_window.AsSpan(0, _count), start, source, isLast);
            }
        }
        _window.AsSpan(start, _count - start).CopyTo(_window);
        _count -= start;
    }

    // A character reference may continue in the next window.
    int EndOfText(int start)
    {
        var tail = Math.Max(start, _count - CharacterReferences.MaxLength);
        var ampersand = _window.AsSpan(tail, _count - tail).LastIndexOf('&');
        return ampersand < 0 || tail + ampersand == start ? _count : tail + ampersand;
    }

    // Returns where the first unfinished token starts.
    int Tokenize(HtmlSource source, int start, bool isLast)
    {
        var tokenizer = new MarkupTokenizer(source);
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlDataToken { Kind: HtmlTokenKind.Data } data)
            {
                if (source.IsAtEnd && source.EndState != HtmlTokenizerState.Data && !(isLast && source.EndState is HtmlTokenizerState.TagOpen or HtmlTokenizerState.EndTagOpen))
                {
                    return start;
                }
                Text(data.Data);
                start = source.IsAtEnd ? source.Position : source.SegmentStart;
                continue;
            }
            if (source.IsAtEnd)
            {
                return start;
            }
            if (token is HtmlTagToken tag)
            {
                Tag(tag, source, start, isLast);
            }
            start = source.Position;
        }
        return start;
    }

    void Tag(HtmlTagToken tag, HtmlSource source, int start, bool isLast)
    {
        var text = _window.AsSpan(start, source.Position - start);
        if (!IsName(tag.Name))
        {
            // For example <john@example.com>, which the author did not escape.
            Text(text);
            return;
        }
        _layout.Tag(tag);
        if (!tag.IsEndTag)
        {
            Addresses?.Add(tag);
        }
        if (!tag.IsEndTag && text is not [.., '/', '>'] && IsHidden(tag))
        {
            _hidden = tag.Name;
            source.Position = SkipHidden(source.Position, isLast);
            if (_hidden is not null)
            {
                source.Stop();
            }
        }
    }

    static bool IsName(string name)
    {
        var end = name.AsSpan().IndexOfAnyExcept(NameChars);
        return end < 0 || name[end] is '<' or '"' or '\'';
    }

    // Returns the end of the skipped content, or the last position that is certain: a possible end at the end of the
    // window is kept for the next one.
    int SkipHidden(int start, bool isLast)
    {
        while (_window.AsSpan(start, _count - start).IndexOf('<') is >= 0 and var less)
        {
            start += less;
            var rest = _window.AsSpan(start, _count - start);
            if (!isLast && rest.Length < MaxHiddenEnd)
            {
                return start;
            }
            if (IsTag(rest, "</", _hidden) || IsTag(rest, "</", "head") || IsTag(rest, "<", "body"))
            {
                _hidden = null;
                return start;
            }
            start++;
        }
        return _count;
    }

    static bool IsTag(ReadOnlySpan<char> text, string open, string? name)
    {
        var length = open.Length + (name?.Length ?? 0);
        return text.StartsWith(open, StringComparison.Ordinal) && text[open.Length..].StartsWith(name, StringComparison.OrdinalIgnoreCase)
            && (text.Length == length || !NameChars.Contains(text[length]));
    }

    static bool IsHidden(HtmlTagToken tag) =>
        tag.Id is HtmlTagId.Script or HtmlTagId.Style or HtmlTagId.Title || tag.Name.Equals("template", StringComparison.OrdinalIgnoreCase);

    void Text(ReadOnlySpan<char> text)
    {
        while (text.IndexOf('&') is >= 0 and var ampersand)
        {
            _layout.Text(text[..ampersand]);
            text = text[ampersand..];
            var length = _references.Read(text, out var decoded);
            _layout.Text(length == 0 ? "&" : decoded);
            text = text[Math.Max(length, 1)..];
        }
        _layout.Text(text);
    }
}
