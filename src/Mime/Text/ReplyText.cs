using System.Text;

namespace AgentPost.Mime.Text;

/// <summary>
/// Separates the author's text of a message from quoted text below, above or in between, and from the signature.
/// </summary>
public static class ReplyText
{
    /// <summary>
    /// Returns the author's own text: without quoted lines, the lines that introduce them, Outlook-style history, and
    /// signatures. Keeps replies between quotes, and forwarded text. Returns the whole text if nothing would remain.
    /// Lines end in LF.
    /// </summary>
    public static string Extract(string text) => Own(text) ?? text.ReplaceLineEndings("\n").Trim();

    /// <summary>Same as <see cref="Extract"/>, but returns null if nothing would remain.</summary>
    internal static string? Own(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var kinds = ReplyLines.Classify(lines);
        var own = new StringBuilder();
        var gap = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (kinds[i] is ReplyLineKind.Own or ReplyLineKind.Forward)
            {
                own.Append(gap && own.Length > 0 ? "\n" : "").Append(lines[i].TrimEnd()).Append('\n');
                gap = false;
            }
            else
            {
                // Removed text leaves one empty line, as do several empty lines.
                gap = true;
            }
        }
        return own.Length > 0 ? own.ToString().TrimEnd() : null;
    }
}
