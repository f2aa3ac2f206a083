using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Text;

/// <summary>Text that is readable as it is.</summary>
sealed class PlainText(StringBuilder output) : ITextFilter
{
    public void Write(ReadOnlySpan<char> text) => output.Append(text);

    public void Complete()
    {
    }

    /// <summary>The filter for plain text of a type: it may be flowed (RFC 3676 §4.1).</summary>
    public static ITextFilter For(ContentType type, StringBuilder output) =>
        Is(type, "FORMAT", "flowed") ? new FlowedText(output, Is(type, "DELSP", "yes")) : new PlainText(output);

    static bool Is(ContentType type, string name, string value) => type.Parameter(name)?.Trim().Equals(value, StringComparison.OrdinalIgnoreCase) is true;
}
