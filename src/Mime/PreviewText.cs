using System.Text;

namespace AgentPost.Mime;

/// <summary>The first words of a message (RFC 8970), blanks collapsed.</summary>
sealed class PreviewText
{
    /// <summary>UTF-16 units, so that there are never more characters.</summary>
    public const int MaxChars = 200;

    readonly StringBuilder _text = new(MaxChars);
    bool _blank;

    public bool IsEmpty => _text.Length == 0;
    public bool IsFull => _text.Length >= MaxChars;

    public void Append(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsFull)
            {
                return;
            }
            if (char.IsWhiteSpace(c))
            {
                _blank = !IsEmpty;
            }
            else if (!IsInvisible(c))
            {
                Append(c);
            }
        }
    }

    public override string ToString()
    {
        var cut = IsFull && char.IsHighSurrogate(_text[^1]) ? 1 : 0;
        return StorableText.Clean(_text.ToString(0, _text.Length - cut));
    }

    void Append(char c)
    {
        if (_blank)
        {
            _text.Append(' ');
            _blank = false;
        }
        if (!IsFull)
        {
            _text.Append(c);
        }
    }

    // What newsletters fill the space after their first line with.
    static bool IsInvisible(char c) => char.IsControl(c) || c is '\u00AD' or '\u034F' or '\u200B' or '\u200C' or '\u2060' or '\uFEFF';
}
