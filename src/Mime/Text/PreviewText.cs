using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Html;

namespace AgentPost.Mime.Text;

/// <summary>
/// The first words of a message (RFC 8970), with whitespace collapsed: the author's words, unless a lot of quoted text
/// comes before them.
/// </summary>
sealed class PreviewText
{
    /// <summary>Maximum in UTF-16 code units, so that there are never more characters.</summary>
    public const int MaxChars = 200;

    /// <summary>Number of characters in which the author's words are searched.</summary>
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
        // Usually the start has enough words, and the rest need not be searched.
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

    // Invisible characters with which newsletters fill the space after their first line.
    static bool IsInvisible(char c) => char.IsControl(c) || c is '\u00AD' or '\u034F' or '\u200B' or '\u200C' or '\u2060' or '\uFEFF';
}
