using System.Text;
using AgentPost.Mime.Html;
using AgentPost.Mime.Text;

namespace AgentPost.Mime.Scanning;

/// <summary>Collects what of a message's body can be searched, up to a bound, and its first words.</summary>
sealed class SearchText
{
    /// <summary>Characters kept of one message; what comes after is not found by a search.</summary>
    public const int MaxChars = 1 << 20;

    readonly StringBuilder _text = new();

    public PreviewText Preview { get; } = new();

    /// <summary>Text of the message that a reader does not see.</summary>
    public HiddenText Hidden { get; } = new();

    public bool IsFull => _text.Length >= MaxChars;

    public void Append(ReadOnlySpan<char> text) => _text.Append(text[..Math.Min(text.Length, MaxChars - _text.Length)]);

    /// <summary>Keeps the words of two parts apart.</summary>
    public void EndPart()
    {
        if (_text.Length > 0 && !IsFull && _text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }

    public override string ToString() => _text.ToString();
}
