using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// Feeds a range of HTML source to the tokenizer in segments that start before "&lt;" and end after "&gt;". The
/// tokenizer never reads ahead of a segment, so the end of each token in the source is known: after a tag or a comment
/// it is <see cref="Position"/>, after text it is <see cref="SegmentStart"/>.
/// </summary>
sealed class HtmlSource(ReadOnlyMemory<char> source, int start) : TextReader
{
    /// <summary>A quoted value that contains "&gt;" and is longer than this has no closing quote.</summary>
    const int MaxQuotedChars = 4096;

    static ReadOnlySpan<char> EscapedLess => "&lt;";

    int _end = source.Length;
    bool _quoteHasGreater;

    public HtmlTokenizer? Tokenizer { get; set; }

    /// <summary>Offset of the next character to read. The caller may move it forward after a tag.</summary>
    public int Position { get; set; } = start;

    public int SegmentStart { get; private set; } = start;

    /// <summary>True after the tokenizer requested more characters than the source has.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>True if reading stopped inside a quoted value without a closing quote.</summary>
    public bool HasUnclosedQuote { get; private set; }

    /// <summary>State of the tokenizer when it reached the end.</summary>
    public HtmlTokenizerState EndState { get; private set; }

    /// <summary>Offset inside the attribute value that is being read, near its start; -1 outside values.</summary>
    public int ValueStart { get; private set; } = -1;

    /// <summary>Ends the source at the current position.</summary>
    public void Stop() => _end = Position;

    public override int Read(char[] buffer, int index, int count)
    {
        var state = Tokenizer?.TokenizerState ?? HtmlTokenizerState.Data;
        FollowValue(state);
        if (Position >= _end || HasUnclosedQuote)
        {
            EndState = IsAtEnd ? EndState : state;
            IsAtEnd = true;
            return 0;
        }
        var rest = source.Span[Position.._end];
        SegmentStart = Position;
        if (state == HtmlTokenizerState.Data && IsLiteralLess(rest))
        {
            Position++;
            EscapedLess.CopyTo(buffer.AsSpan(index));
            return EscapedLess.Length;
        }
        var segment = rest[..Math.Min(count, SegmentLength(rest))];
        segment.CopyTo(buffer.AsSpan(index));
        Position += segment.Length;
        return segment.Length;
    }

    // The tokenizer treats the second of two "<" as text, and everything after "</3" as a comment. Both are more likely
    // text before a tag.
    static bool IsLiteralLess(ReadOnlySpan<char> rest) =>
        rest is ['<', '<', ..] || (rest is ['<', '/', var next, ..] && !char.IsAsciiLetter(next) && next != '>');

    static int SegmentLength(ReadOnlySpan<char> rest)
    {
        var length = rest[1..].IndexOfAny('<', '>') + 1;
        return length == 0 ? rest.Length : rest[length] == '>' ? length + 1 : length;
    }

    void FollowValue(HtmlTokenizerState state)
    {
        var isQuoted = state is HtmlTokenizerState.AttributeValueQuoted or HtmlTokenizerState.CharacterReferenceInAttributeValue;
        if (!isQuoted && state != HtmlTokenizerState.AttributeValueUnquoted)
        {
            ValueStart = -1;
            _quoteHasGreater = false;
            return;
        }
        ValueStart = ValueStart < 0 ? Position : ValueStart;
        _quoteHasGreater |= isQuoted && Position > 0 && source.Span[Position - 1] == '>';
        HasUnclosedQuote |= _quoteHasGreater && Position - ValueStart > MaxQuotedChars;
    }
}
