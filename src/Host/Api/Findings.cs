using System.Net;
using System.Text.RegularExpressions;

namespace AgentPost.Host.Api;

/// <summary>What an agent that waits for a message is mostly after: the code to enter, and the link to follow.</summary>
static partial class Findings
{
    const int MostFound = 50;

    // A code stands close behind the word that says what it is, or a little before it.
    const int MostBehind = 120;
    const int MostBefore = 40;

    /// <summary>Digits, or capitals with digits, near a word such as "code", "PIN" or "verify"; the nearest first.</summary>
    public static IReadOnlyList<string> Codes(string text)
    {
        var plain = Web().Replace(text, " ");
        var hints = Hint().Matches(plain).Select(match => (Start: match.Index, End: match.Index + match.Length)).ToList();
        return
        [
            .. Code().Matches(plain)
                .Select(match => (Text: Separator().Replace(match.Value, ""), Distance: hints.Count == 0 ? int.MaxValue : hints.Min(hint => DistanceOf(hint, match))))
                .Where(found => found.Distance < int.MaxValue)
                .OrderBy(found => found.Distance).Select(found => found.Text).Distinct().Take(MostFound),
        ];
    }

    public static IReadOnlyList<string> Links(string text, string? html) =>
    [
        .. Web().Matches(text).Select(match => match.Value.TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '\'', '"'))
            .Concat(Reference().Matches(html ?? "").Select(match => WebUtility.HtmlDecode(match.Groups["url"].Value)))
            .Distinct().Take(MostFound),
    ];

    // What follows the word counts as nearer than what goes before it.
    static int DistanceOf((int Start, int End) hint, Match code) => (code.Index - hint.End, hint.Start - (code.Index + code.Length)) switch
    {
        ( >= 0 and <= MostBehind and var behind, _) => behind,
        (_, >= 0 and <= MostBefore and var before) => before + MostBehind,
        _ => int.MaxValue,
    };

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
