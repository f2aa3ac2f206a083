using System.Net;
using System.Text.RegularExpressions;

namespace AgentPost.Host.Api;

/// <summary>What an agent that waits for a message is mostly after: the code to enter, and the link to follow.</summary>
static partial class Findings
{
    const int MostFound = 50;

    // Whoever writes the message decides how long it is; a code or link that is meant to be found is not behind so many characters.
    const int MostText = 100_000;
    const int MostHtml = 500_000;

    // A code stands close behind the word that says what it is, or a little before it.
    const int MostBehind = 120;
    const int MostBefore = 40;

    /// <summary>Digits, or capitals with digits, near a word such as "code", "PIN" or "verify"; the nearest first.</summary>
    public static IReadOnlyList<string> Codes(string text)
    {
        var plain = Web().Replace(Head(text, MostText), " ");
        var hints = Hint().Matches(plain).Select(match => (Start: match.Index, End: match.Index + match.Length)).ToList();
        var found = new List<(string Text, int Distance)>();
        var next = 0;
        foreach (Match code in Code().Matches(plain))
        {
            while (next < hints.Count && hints[next].End <= code.Index)
            {
                next++;
            }
            found.Add((Separator().Replace(code.Value, ""), Math.Min(DistanceBehind(hints, next - 1, code), DistanceBefore(hints, next, code))));
        }
        return [.. found.Where(code => code.Distance < int.MaxValue).OrderBy(code => code.Distance).Select(code => code.Text).Distinct().Take(MostFound)];
    }

    public static IReadOnlyList<string> Links(string text, string? html) =>
    [
        .. Web().Matches(Head(text, MostText)).Select(match => match.Value.TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '\'', '"'))
            .Concat(Reference().Matches(Head(html ?? "", MostHtml)).Select(match => WebUtility.HtmlDecode(match.Groups["url"].Value)))
            .Distinct().Take(MostFound),
    ];

    static int DistanceBehind(List<(int Start, int End)> hints, int last, Match code) =>
        last >= 0 && code.Index - hints[last].End is <= MostBehind and var distance ? distance : int.MaxValue;

    // What follows the word counts as nearer than what goes before it.
    static int DistanceBefore(List<(int Start, int End)> hints, int next, Match code)
    {
        var end = code.Index + code.Length;
        while (next < hints.Count && hints[next].Start < end)
        {
            next++;
        }
        return next < hints.Count && hints[next].Start - end is <= MostBefore and var distance ? distance + MostBehind : int.MaxValue;
    }

    static string Head(string text, int most) => text.Length <= most ? text : text[..most];

    [GeneratedRegex(@"code|\bpin\b|\botp\b|passcode|one-time|verif|confirm|security|token|kennwort|bestätig|código|vérification|验证码|認証|コード|код", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hint();

    [GeneratedRegex(@"((?<=(?<!\w)[A-Z]-)\d{5,8}|(?<![\w.$€£#/-])(\d{4,8}|\d{3}[ -]\d{3}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{5,10}))(?![\w/]|[.,:-]\d)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();

    [GeneratedRegex("[ -]")]
    private static partial Regex Separator();

    [GeneratedRegex(@"https?://[^\s<>""]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Web();

    [GeneratedRegex(@"\bhref\s*=\s*(""(?<url>https?://[^""]+)""|'(?<url>https?://[^']+)'|(?<url>https?://[^\s>""']+))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Reference();
}
