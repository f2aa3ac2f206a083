using System.Text;

namespace AgentPost.Mime.Text;

/// <summary>Tells what the writer of a message says from what is quoted below, above or between, and from the signature.</summary>
public static class ReplyText
{
    /// <summary>
    /// The writer's own text: without quoted lines, the lines that announce them, history in Outlook's form and signatures. Answers between quotes are kept, and so is
    /// what the writer passes on. Where nothing would be left it is the whole text. Lines end in LF.
    /// </summary>
    public static string Extract(string text) => Own(text) ?? text.ReplaceLineEndings("\n").Trim();

    /// <summary>The same; null where nothing would be left.</summary>
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
                // What was taken out leaves one empty line, as rows of empty lines do.
                gap = true;
            }
        }
        return own.Length > 0 ? own.ToString().TrimEnd() : null;
    }
}
