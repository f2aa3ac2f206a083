using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Html;

namespace AgentPost.Mime.Text;

/// <summary>The first words of a message (RFC 8970), blanks collapsed: those of its writer, if there are any before much that is quoted.</summary>
sealed class PreviewText
{
    /// <summary>UTF-16 units, so that there are never more characters.</summary>
    public const int MaxChars = 200;

    /// <summary>Characters in which the writer's words are looked for.</summary>
    const int MaxRead = 4096;

    const int MaxFirstRead = 1024;

    readonly StringBuilder _read = new();

    public bool IsEmpty => _read.Length == 0;

    public void Append(ReadOnlySpan<char> text)
    {
        if (IsEmpty)
        {
            var start = 0;
            while (start < text.Length && (char.IsWhiteSpace(text[start]) || IsInvisible(text[start])))
            {
                start++;
            }
            text = text[start..];
        }
        _read.Append(text[..Math.Min(text.Length, MaxRead - _read.Length)]);
    }

    public override string ToString()
    {
        // Most often the beginning has words enough, and the rest need not be looked through.
        if (_read.Length > MaxFirstRead && ReplyText.Own(InvisibleCharacters.Remove(_read.ToString(0, MaxFirstRead))) is { } first && Collapse(first) is { IsFull: true } preview)
        {
            return preview.Text;
        }
        return Collapse(ReplyText.Extract(InvisibleCharacters.Remove(_read.ToString()))).Text;
    }

    static (string Text, bool IsFull) Collapse(string text)
    {
        var words = new StringBuilder(MaxChars);
        var isBlank = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                isBlank = words.Length > 0;
            }
            else if (!IsInvisible(c))
            {
                words.Append(isBlank ? " " : "").Append(c);
                isBlank = false;
            }
            if (words.Length >= MaxChars)
            {
                break;
            }
        }
        var isFull = words.Length >= MaxChars;
        words.Length = Math.Min(words.Length, MaxChars);
        var cut = isFull && char.IsHighSurrogate(words[^1]) ? 1 : 0;
        return (StorableText.Clean(words.ToString(0, words.Length - cut)), isFull);
    }

    // What newsletters fill the space after their first line with.
    static bool IsInvisible(char c) => char.IsControl(c) || c is '\u00AD' or '\u034F' or '\u200B' or '\u200C' or '\u2060' or '\uFEFF';
}
