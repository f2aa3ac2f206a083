using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Html;

/// <summary>Collects the text of a message that a reader does not see, with blanks collapsed, up to a bound.</summary>
sealed class HiddenText
{
    public const int MaxChars = 10_000;

    // Less is the filling of newsletters.
    const int MinCharacters = 3;

    readonly StringBuilder _text = new();
    int _characters;

    /// <summary>True if there is enough to read.</summary>
    public bool IsPresent => _characters >= MinCharacters;

    public void Append(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (_text.Length >= MaxChars)
            {
                return;
            }
            if (char.IsWhiteSpace(c))
            {
                Break();
            }
            else if (!InvisibleCharacters.Contains(c) && c is not ('\u200C' or '\u200D' or '\u034F' or '\u00AD' or '\u2007'))
            {
                _characters += char.IsLetterOrDigit(c) || char.IsSurrogate(c) ? 1 : 0;
                _text.Append(c);
            }
        }
    }

    /// <summary>Keeps words apart.</summary>
    public void Break()
    {
        if (_text.Length > 0 && _text[^1] != ' ')
        {
            _text.Append(' ');
        }
    }

    public override string ToString() => StorableText.Clean(_text.ToString()).Trim();
}
