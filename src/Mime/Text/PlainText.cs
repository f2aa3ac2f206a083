using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Text;

/// <summary>Passes on text that needs no conversion.</summary>
sealed class PlainText(StringBuilder output) : ITextFilter
{
    public void Write(ReadOnlySpan<char> text) => output.Append(text);

    public void Complete()
    {
    }

    /// <summary>Creates the filter for plain text of a media type, which can be flowed (RFC 3676 §4.1).</summary>
    public static ITextFilter For(ContentType type, StringBuilder output) =>
        Is(type, "FORMAT", "flowed") ? new FlowedText(output, Is(type, "DELSP", "yes")) : new PlainText(output);

    static bool Is(ContentType type, string name, string value) => type.Parameter(name)?.Trim().Equals(value, StringComparison.OrdinalIgnoreCase) is true;
}
