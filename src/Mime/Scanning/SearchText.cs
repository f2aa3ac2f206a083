using System.Text;
using AgentPost.Mime.Html;
using AgentPost.Mime.Text;

namespace AgentPost.Mime.Scanning;

/// <summary>Collects the searchable text of a message's body, up to a maximum, and its first words.</summary>
sealed class SearchText
{
    /// <summary>Maximum number of characters kept of one message. Searches do not find later text.</summary>
    public const int MaxChars = 1 << 20;

    readonly StringBuilder _text = new();

    public PreviewText Preview { get; } = new();

    /// <summary>Text of the message that readers do not see.</summary>
    public HiddenText Hidden { get; } = new();

    public bool IsFull => _text.Length >= MaxChars;

    public void Append(ReadOnlySpan<char> text) => _text.Append(text[..Math.Min(text.Length, MaxChars - _text.Length)]);

    /// <summary>Separates the words of two parts.</summary>
    public void EndPart()
    {
        if (_text.Length > 0 && !IsFull && _text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }

    public override string ToString() => _text.ToString();
}
