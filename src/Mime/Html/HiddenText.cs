using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Html;

/// <summary>
/// Collects the text of a message that readers do not see, with whitespace collapsed, up to a maximum.
/// </summary>
sealed class HiddenText
{
    public const int MaxChars = 10_000;

    // Newsletters use shorter hidden texts as filler.
    const int MinCharacters = 3;

    readonly StringBuilder _text = new();
    int _characters;

    /// <summary>True if there is enough text to be relevant.</summary>
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

    /// <summary>Separates words.</summary>
    public void Break()
    {
        if (_text.Length > 0 && _text[^1] != ' ')
        {
            _text.Append(' ');
        }
    }

    public override string ToString() => StorableText.Clean(_text.ToString()).Trim();
}
