using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Mime.Findings;

/// <summary>
/// Finds one-time codes in the text of a message. A number or word is a code because of its position: after the name of
/// a code ("code", "PIN", in many languages), before it, or alone on a line below it. Linear in the text.
/// </summary>
public static partial class MessageCodes
{
    /// <summary>Maximum number of returned codes.</summary>
    const int MaxFound = 50;

    // The sender decides how long the text is. A code that the recipient should find is near the start.
    const int MaxText = 100_000;

    const int MaxAfterName = 120;
    const int MaxBeforeName = 60;
    const int MaxIntroduction = 24;
    const int MaxLinesBelow = 4;
    const int MaxDecoration = 20;

    // From this score on, a candidate is certain, and less likely candidates are dropped.
    const int Certain = 70;

    /// <summary>Returns the codes, the most likely first. Separators inside a number are removed.</summary>
    public static IReadOnlyList<string> Find(string subject, string text)
    {
        var plain = Masked(subject.ReplaceLineEndings(" ") + "\n\n" + (text.Length <= MaxText ? text : text[..MaxText]));
        var candidates = new CodeCandidates(plain).All;
        var best = candidates.Select(candidate => candidate.Score).DefaultIfEmpty(0).Max();
        return
        [
            .. candidates.Where(candidate => candidate.Score > 0 && (best < Certain || candidate.Score >= Certain))
                .OrderByDescending(candidate => candidate.Score).Select(candidate => candidate.Code).Distinct(StringComparer.Ordinal).Take(MaxFound),
        ];
    }

    // Addresses, links, phone numbers and dates contain digits that are not codes.
    static string Masked(string text) => NoCode().Replace(Bold().Replace(text.ReplaceLineEndings("\n"), "$1"), "\uFFFC");

    [GeneratedRegex(@"\*{1,2}([A-Za-z0-9 -]{4,12})\*{1,2}")]
    private static partial Regex Bold();

    [GeneratedRegex("""
        https?://[^\s<>"]+ | www\.[^\s<>"]+
        | (?<![^\s<>"'“”:：，。、（）()\[\]])[^\s<>"'“”:：，。、（）()\[\]]*@[^\s<>"'“”，。、（）()\[\]]+
        | \+\d[\d\ ().-]{6,18}\d | \(\d{2,5}\)[\ -]?\d[\d\ -]{4,12}\d | \b\d{3}-\d{3}-\d{4}\b | \b\d-\d{3}-\d{3}-\d{4}\b | \b0\d{1,4}[\ /-]\d{3,4}[\ -]?\d{3,5}\b
        | \b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b | \b\d{1,2}:\d{2}(?::\d{2})?\b | \b\d{4}年\d{1,2}月 | \b\d{1,3}(?:\.\d{1,3}){3}\b
        | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b | (?:\b\d{2,6}[\ -]){3,}\d{2,6}\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoCode();

    /// <summary>A possible code, and its score.</summary>
    readonly record struct Candidate(string Code, int Score);

    /// <summary>The candidates of one text.</summary>
    sealed partial class CodeCandidates
    {
        // Characters that end the part of a sentence that introduces a number.
        static readonly SearchValues<char> Breaks = SearchValues.Create("\n.!?。！？;,，");

        readonly string _text;
        readonly List<Match> _found;
        readonly Words _names;
        readonly Words _others;
        readonly Words _purposes;

        public CodeCandidates(string text)
        {
            _text = text;
            _others = new(CodeWords.Other.Matches(text));
            _names = new(CodeWords.Name.Matches(text).Where(name => !_others.Covers(name)));
            _purposes = new(CodeWords.Purpose.Matches(text));
            _found = [.. (IEnumerable<Match>)Code().Matches(text)];
        }

        public IEnumerable<Candidate> All => _found.Select((match, i) => new Candidate(Text(match), Score(match, i == 0 ? 0 : End(_found[i - 1]))));

        static int End(Match match) => match.Index + match.Length;

        static string Text(Match match)
        {
            var code = match.Groups["number"] is { Success: true } number ? number.Value : match.Value;
            var isNumber = !code.Any(char.IsLetter);
            var text = new StringBuilder(code.Length);
            foreach (var c in code.Where(c => !isNumber || char.IsDigit(c)))
            {
                text.Append(char.IsDigit(c) ? (char)('0' + (int)CharUnicodeInfo.GetNumericValue(c)) : c);
            }
            return text.ToString();
        }

        /// <param name="previous">End of the previous candidate.</param>
        int Score(Match match, int previous)
        {
            var code = Text(match);
            var isNumber = code.All(char.IsAsciiDigit);
            if (isNumber && CodeWords.Unit.IsMatch(After(match, 10)))
            {
                return 0;
            }
            var name = _names.LastBefore(match.Index);
            var after = name is { } last ? AfterName(match, last) : 0;
            var score = Math.Max(Math.Max(after, BeforeName(match)), AloneOnLine(match));
            if (score < Certain && (!isNumber || (code.Length == 4 && IsYear(code))))
            {
                // Too short or too common to be a code because of nearby text alone.
                return 0;
            }
            if (IsIntroducedAsOther(match, previous, name))
            {
                return 0;
            }
            return score > 0 ? score : ForPurpose(match, isNumber);
        }

        // "your code is 123456": certain if a word or sign such as "is" or a colon precedes it.
        int AfterName(Match match, (int Start, int End) name)
        {
            var gap = match.Index - name.End;
            if (gap > MaxAfterName)
            {
                return 0;
            }
            var between = _text.AsSpan(name.End, gap);
            if (between.ContainsAny('\n', '\uFFFC'))
            {
                return between.Count("\n\n") > 0 ? 0 : 20 - Math.Min(19, gap / 6);
            }
            var isSentence = !SentenceEnd().IsMatch(between);
            if (isSentence && (between.Trim(Decoration).IsEmpty || CodeWords.Pointer.IsMatch(between)))
            {
                return 100 - Math.Min(20, gap / 6);
            }
            return (isSentence ? 45 : 30) - Math.Min(25, gap / 5);
        }

        // "123456 is your code"
        int BeforeName(Match match)
        {
            if (_names.FirstAfter(End(match)) is not { } name || name.Start - End(match) is > MaxBeforeName or < 0)
            {
                return 0;
            }
            var between = _text.AsSpan(End(match), name.Start - End(match));
            if (between.Contains('\n') || SentenceEnd().IsMatch(between))
            {
                return 0;
            }
            return CodeWords.Follows.IsMatch(between) ? 90 - Math.Min(15, between.Length / 4) : 35 - Math.Min(20, between.Length / 3);
        }

        // Below the name, with at most a few lines in between, or above it.
        int AloneOnLine(Match match)
        {
            // A longer search would not be linear.
            var before = Math.Max(0, match.Index - MaxDecoration);
            var start = before + _text.AsSpan(before, match.Index - before).LastIndexOf('\n') + 1;
            var rest = After(match, MaxDecoration);
            var end = End(match) + (rest.IndexOf('\n') is >= 0 and var lineFeed ? lineFeed : rest.Length);
            if (!_text.AsSpan(start, match.Index - start).Trim(Decoration).IsEmpty
                || !_text.AsSpan(End(match), end - End(match)).Trim(Decoration).IsEmpty)
            {
                return 0;
            }
            foreach (var (words, score) in ((Words, int)[])[(_names, 95), (_purposes, 80)])
            {
                if (words.LastBefore(match.Index) is { } above && LinesBetween(above.End, start) is <= MaxLinesBelow and var lines)
                {
                    return score - (lines * 3);
                }
                if (words.FirstAfter(end) is { } below && LinesBetween(end, below.Start) <= 2)
                {
                    return score - 12;
                }
            }
            return 0;
        }

        int LinesBetween(int from, int to)
        {
            if (to - from > 600)
            {
                return int.MaxValue;
            }
            var lines = 0;
            foreach (var line in _text.AsSpan(from, Math.Max(0, to - from)).EnumerateLines())
            {
                lines += line.Trim().IsEmpty ? 0 : 1;
            }
            return lines;
        }

        // "ending in 8806", "order no. 4471", "XX4471", and a number that is written as money.
        bool IsIntroducedAsOther(Match match, int previous, (int Start, int End)? name)
        {
            var text = match.Value;
            if (text.StartsWith("XX", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
            if (_others.LastBefore(match.Index) is not { } other || other.End < previous || other.End < name?.End || match.Index - other.End > MaxIntroduction)
            {
                return false;
            }
            var between = _text.AsSpan(other.End, match.Index - other.End);
            // Such words introduce the last digits of a masked card number, not the number after it.
            return !between.ContainsAnyInRange('0', '9') && (!between.ContainsAny(Breaks) || between.Trim(" .").IsEmpty);
        }

        // "Enter 123456 to confirm": without the name of a code, only six digits count as one.
        int ForPurpose(Match match, bool isNumber)
        {
            if (!isNumber || Text(match).Length != 6)
            {
                return 0;
            }
            var isNear = (_purposes.LastBefore(match.Index) is { } before && match.Index - before.End <= MaxAfterName)
                || (_purposes.FirstAfter(End(match)) is { } after && after.Start - End(match) <= MaxBeforeName);
            return isNear ? 15 : 0;
        }

        ReadOnlySpan<char> After(Match match, int count) => _text.AsSpan(End(match), Math.Min(count, _text.Length - End(match)));

        static bool IsYear(string code) => code[..2] is "19" or "20";

        const string Decoration = " \t\u00A0\"'“”„«»‘’「」『』【】[]()（）<>*_`.。!:：|>-";

        // Digits together, in two or three groups, or separate; a letter before them; letters and digits. Not inside
        // words, amounts, dates and paths.
        [GeneratedRegex("""
            (?<![A-Za-z0-9_@\#/$€£¥₹*•…&%+]|[A-Za-z0-9][.,:-]|\.\.|\d\ )
            (?: [A-Z]{1,3}-(?<number>\d{4,8}) | \d{4,10} | \d{3}[\ -]\d{3} | \d{4}[\ -]\d{4} | \d{2}[\ -]\d{2}[\ -]\d{2} | \d(?:[\ \t]\d){3,7}
            | (?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9]{3,4}-[A-Z0-9]{3,4} | (?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{4,10} )
            (?![A-Za-z0-9_/@%$€£¥₹]|[.,:-][A-Za-z0-9]|\ \d{1,4}\b|[ ]?[€£¥₹])
            """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
        private static partial Regex Code();

        [GeneratedRegex(@"[.!?](?:\s|$)|[。！？]")]
        private static partial Regex SentenceEnd();
    }

    /// <summary>Positions of words in a text.</summary>
    sealed class Words
    {
        readonly List<int> _starts = [];
        readonly List<int> _ends = [];

        public Words(IEnumerable<Match> matches)
        {
            foreach (var match in matches)
            {
                _starts.Add(match.Index);
                _ends.Add(match.Index + match.Length);
            }
        }

        public (int Start, int End)? LastBefore(int index)
        {
            var i = _ends.BinarySearch(index);
            i = i < 0 ? ~i - 1 : i;
            return i < 0 ? null : (_starts[i], _ends[i]);
        }

        public (int Start, int End)? FirstAfter(int index)
        {
            var i = _starts.BinarySearch(index);
            i = i < 0 ? ~i : i;
            return i == _starts.Count ? null : (_starts[i], _ends[i]);
        }

        /// <summary>True if one of the words contains the whole match, or starts or ends with it.</summary>
        public bool Covers(Match match) => LastBefore(match.Index + match.Length + 24) is { } last && Overlaps(last, match)
            || LastBefore(match.Index + match.Length) is { } word && Overlaps(word, match);

        static bool Overlaps((int Start, int End) word, Match match) => word.Start < match.Index + match.Length && word.End > match.Index;
    }
}
