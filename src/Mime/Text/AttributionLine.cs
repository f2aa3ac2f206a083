using System.Buffers;

namespace AgentPost.Mime.Text;

/// <summary>
/// Recognizes "On 1 January 2024 at 10:00, John Doe &lt;john@example.com> wrote:", which mail programs wrap over up to
/// four lines.
/// </summary>
static class AttributionLine
{
    const int MaxLines = 4;
    const int MaxChars = 400;

    static readonly SearchValues<string> Verbs = SearchValues.Create([.. ReplyLanguage.All.SelectMany(l => l.Verbs).Distinct()], StringComparison.OrdinalIgnoreCase);
    static readonly string[] VerbList = [.. ReplyLanguage.All.SelectMany(l => l.Verbs).Distinct()];
    static readonly string[] Openings = [.. ReplyLanguage.All.SelectMany(l => l.Openings).Distinct()];

    /// <summary>Returns the first line of the attribution that ends with this line, or null if none does.</summary>
    public static (int Start, bool IsQuoteBelow)? EndsAt(string[] lines, ReplyLineKind[] kinds, int end)
    {
        var last = lines[end].AsSpan().Trim();
        // Zoho writes ---- On … wrote ----
        var isRuled = last.EndsWith("--");
        if (last.Length > MaxChars || (!isRuled && last[^1] is not (':' or '：')))
        {
            return null;
        }
        var isQuoteBelow = IsQuoteBelow(lines, end);
        var text = "";
        for (var start = end; start >= 0 && start > end - MaxLines; start--)
        {
            if (start < end && kinds[start] != ReplyLineKind.Own)
            {
                break;
            }
            text = text.Length == 0 ? Words(lines[start]) : $"{Words(lines[start])} {text}";
            if (text.Length > MaxChars)
            {
                break;
            }
            if (IsAttribution(text, isQuoteBelow))
            {
                return (WithBeginning(lines, kinds, start, end), isQuoteBelow);
            }
        }
        return null;
    }

    static string Words(string line) => line.Trim().Trim('-', '*', '_', ' ', '\u00A0');

    static bool IsQuoteBelow(string[] lines, int end)
    {
        var next = end + 1;
        while (next < lines.Length && string.IsNullOrWhiteSpace(lines[next]))
        {
            next++;
        }
        return next < lines.Length && lines[next].AsSpan().TrimStart().StartsWith(">");
    }

    // "<john@example.com> wrote:" is sufficient, but the attribution can start on the lines above.
    static int WithBeginning(string[] lines, ReplyLineKind[] kinds, int start, int end)
    {
        for (var i = start; i >= 0 && i > end - MaxLines && (i == end || kinds[i] == ReplyLineKind.Own); i--)
        {
            var line = Words(lines[i]);
            if (HasOpening(line) && line.Any(char.IsDigit) || IsDate(line))
            {
                return i;
            }
        }
        return start;
    }

    static bool IsAttribution(string text, bool isQuoteBelow)
    {
        var digits = text.Count(char.IsDigit);
        var hasAddress = text.Contains('@');
        var isDated = digits >= 4 && (hasAddress || HasTime(text));
        var hasVerb = HasVerb(text, out var endsWithVerb);
        if (isQuoteBelow)
        {
            // In a language that is not listed, an address and a date are sufficient.
            return hasVerb && (endsWithVerb || digits > 0 || hasAddress) || isDated && hasAddress;
        }
        // If the lines below are not marked as quoted, the attribution must be certain.
        var begins = HasOpening(text) || IsDate(text);
        var tellsWho = begins || endsWithVerb || (hasAddress && text.Contains('<') && HasTime(text));
        return isDated && (hasVerb && tellsWho || begins && text.AsSpan().TrimEnd(":： ").EndsWith(">"));
    }

    static bool HasVerb(string text, out bool isLast)
    {
        var trimmed = text.TrimEnd(':', '：', ' ', '\u00A0', '\u202F');
        isLast = VerbList.Any(verb => trimmed.EndsWith(verb, StringComparison.OrdinalIgnoreCase) && IsBoundary(trimmed, trimmed.Length - verb.Length - 1));
        if (isLast)
        {
            return true;
        }
        var from = 0;
        while (from < text.Length && text.AsSpan(from).IndexOfAny(Verbs) is >= 0 and var found)
        {
            var at = from + found;
            if (IsBoundary(text, at - 1) && VerbList.Any(v => string.Compare(text, at, v, 0, v.Length, StringComparison.OrdinalIgnoreCase) == 0 && IsBoundary(text, at + v.Length)))
            {
                return true;
            }
            from = at + 1;
        }
        return false;
    }

    // Chinese and Japanese do not separate words.
    static bool IsBoundary(string text, int at) => at < 0 || at >= text.Length || !char.IsLetterOrDigit(text[at]) || text[at] >= 0x2E80 || IsHan(text, at + 1);

    static bool IsHan(string text, int at) => at < text.Length && text[at] >= 0x2E80;

    static bool HasOpening(string text)
    {
        foreach (var opening in Openings)
        {
            if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase) && (text.Length == opening.Length || opening[0] >= 0x2E80 || !char.IsLetter(text[opening.Length])))
            {
                return true;
            }
        }
        return false;
    }

    // For example 2024-01-01, 1.1.2024, 2024年1月1日.
    static bool IsDate(string text) => text.Length > 0 && char.IsAsciiDigit(text[0]) && text.Take(24).Count(char.IsAsciiDigit) >= 5;

    // For example 10:00, 10.00, 10h00.
    static bool HasTime(string text)
    {
        for (var i = 1; i + 2 < text.Length; i++)
        {
            if (text[i] is ':' or '.' or 'h' or '：' && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i + 2]))
            {
                return true;
            }
        }
        return false;
    }
}
