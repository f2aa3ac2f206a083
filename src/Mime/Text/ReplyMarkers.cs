using System.Buffers;
using System.Text.RegularExpressions;

namespace AgentPost.Mime.Text;

/// <summary>
/// Recognizes lines with which mail programs divide a text: "-----Original Message-----", "Begin forwarded message:",
/// "Sent from my …".
/// </summary>
static partial class ReplyMarkers
{
    const int MaxChars = 120;

    static readonly HashSet<string> Originals = [.. ReplyLanguage.All.SelectMany(l => l.Originals)];
    static readonly string[] Forwards = [.. ReplyLanguage.All.SelectMany(l => l.Forwards).Distinct()];
    static readonly string[] SentFroms = [.. ReplyLanguage.All.SelectMany(l => l.SentFrom).Distinct()];
    const int MaxLinkedChars = 1000;
    const int MaxAroundPhrase = 40;

    static readonly string[] ReplyAbove =
    [
        "reply above this line", "write above this line", "type above this line", "respond above this line",
        "reply above the line", "add your comment above this line",
        "oberhalb dieser zeile antworten", "oberhalb dieser linie antworten", "über dieser zeile",
        "oberhalb dieser zeile", "oberhalb dieser linie",
        "au-dessus de cette ligne", "encima de esta línea", "acima desta linha", "sopra questa riga",
        "sopra di questa riga", "boven deze regel", "ovanför denna rad", "over denne linje",
        "powyżej tej linii", "nad tímto řádkem", "выше этой строки", "выше этой линии", "この線より上", "この行より上", "在此行上方",
        "在此线上方", "이 줄 위에",
    ];

    static readonly SearchValues<char> Rule = SearchValues.Create("-_—–");

    /// <summary>Returns the kind of a marker line, or null if the line is not a marker.</summary>
    public static ReplyLineKind? KindOf(ReadOnlySpan<char> line)
    {
        if (line.Length > MaxChars)
        {
            return null;
        }
        if (IsReplyAbove(line))
        {
            return ReplyLineKind.History;
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

    /// <param name="most">Maximum number of characters in the line, without the addresses of links.</param>
    public static bool IsSentFrom(string line, int most)
    {
        if (line.Length > MaxLinkedChars)
        {
            return false;
        }
        var words = Blanks().Replace(LinkAddress().Replace(line, " "), " ").Trim().Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Trim('<', '>', '*', '_', ' ').ToLowerInvariant();
        return words.Length <= most && SentFroms.Any(begin => words.StartsWith(begin, StringComparison.Ordinal));
    }

    // "##- Please type your reply above this line -##", which ticket systems put above their own text. The line has
    // little other text.
    static bool IsReplyAbove(ReadOnlySpan<char> line)
    {
        var words = line.Trim("#-=_—–*<>[]() \t\u00A0.:").ToString().ToLowerInvariant();
        return words.Length > 0 && ReplyAbove.Any(phrase => words.Contains(phrase, StringComparison.Ordinal) && words.Length <= phrase.Length + MaxAroundPhrase);
    }

    // "<https://…>", or "(https://…)" after a text in brackets.
    [GeneratedRegex(@"[<(]\s*(?:https?|mailto):[^\s<>()]*[>)]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LinkAddress();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
