using System.Buffers;

namespace AgentPost.Mime;

/// <summary>Lines by which mail programs divide a text: "-----Original Message-----", "Begin forwarded message:", "Sent from my …".</summary>
static class ReplyMarkers
{
    const int MaxChars = 120;

    static readonly HashSet<string> Originals = [.. ReplyLanguage.All.SelectMany(l => l.Originals)];
    static readonly string[] Forwards = [.. ReplyLanguage.All.SelectMany(l => l.Forwards).Distinct()];
    static readonly string[] SentFroms = [.. ReplyLanguage.All.SelectMany(l => l.SentFrom).Distinct()];
    static readonly SearchValues<char> Rule = SearchValues.Create("-_—–");

    /// <summary>Null when the line is no marker.</summary>
    public static ReplyLineKind? KindOf(ReadOnlySpan<char> line)
    {
        if (line.Length > MaxChars)
        {
            return null;
        }
        var isRuled = line.Length > 4 && Rule.Contains(line[0]) && Rule.Contains(line[^1]);
        if (!isRuled && line[^1] is not (':' or '：'))
        {
            return null;
        }
        var words = line.Trim("-_—–:：* \u00A0").ToString().ToLowerInvariant();
        if (isRuled && Originals.Contains(words))
        {
            return ReplyLineKind.History;
        }
        foreach (var forward in Forwards)
        {
            if (words == forward || (isRuled && words.StartsWith(forward, StringComparison.Ordinal)))
            {
                return ReplyLineKind.Forward;
            }
        }
        return null;
    }

    public static bool IsSentFrom(string line)
    {
        var words = line.Trim().Trim('<', '>', '[', ']', '*', '_').ToLowerInvariant();
        return SentFroms.Any(begin => words.StartsWith(begin, StringComparison.Ordinal));
    }
}
