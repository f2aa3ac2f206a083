using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Characters;

/// <summary>
/// The single form of case folding for searches: NFC, then each character to upper and to lower case by the invariant
/// culture.
/// </summary>
public static class CaseFolding
{
    /// <summary>
    /// Maximum length of a sequence of combining marks; the rest is dropped. Real text has no longer ones (UAX #15
    /// §13), and normalizing them takes quadratic time.
    /// </summary>
    const int MaxCombiningMarks = 30;

    const int MaxPiece = 128;

    /// <summary>
    /// Folds text. NUL and unpaired surrogates become U+FFFD, so that every database accepts the text.
    /// </summary>
    public static string Fold(string text)
    {
        var clean = WithoutMarkRows(StorableText.Clean(text));
        return ToUpperThenLower(clean.Normalize(NormalizationForm.FormC));
    }

    // Process ASCII, which is most text, many characters at a time.
    static string ToUpperThenLower(string text) => string.Create(text.Length, text, static (folded, text) =>
    {
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            var ascii = rest.IndexOfAnyExceptInRange('\0', '\x7F');
            ascii = ascii < 0 ? rest.Length : ascii;
            Ascii.ToLower(rest[..ascii], folded, out _);
            var other = rest[ascii..].IndexOfAnyInRange('\0', '\x7F');
            other = other < 0 ? rest.Length - ascii : other;
            FoldOther(rest.Slice(ascii, other), folded[ascii..]);
            rest = rest[(ascii + other)..];
            folded = folded[(ascii + other)..];
        }
    });

    static void FoldOther(ReadOnlySpan<char> text, Span<char> folded)
    {
        Span<char> upper = stackalloc char[MaxPiece];
        while (!text.IsEmpty)
        {
            var length = Math.Min(text.Length, MaxPiece);
            length -= length < text.Length && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
            text[..length].ToUpperInvariant(upper);
            ((ReadOnlySpan<char>)upper[..length]).ToLowerInvariant(folded);
            text = text[length..];
            folded = folded[length..];
        }
    }

    static string WithoutMarkRows(string text)
    {
        if (!HasMarkRow(text))
        {
            return text;
        }
        var builder = new StringBuilder(text.Length);
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            marks = IsMark(Rune.GetUnicodeCategory(rune)) ? marks + 1 : 0;
            if (marks <= MaxCombiningMarks)
            {
                builder.Append(rune.ToString());
            }
        }
        return builder.ToString();
    }

    // UTF-16 units are sufficient and fast: a low surrogate neither starts nor ends a sequence.
    static bool HasMarkRow(string text)
    {
        var marks = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 0x300)
            {
                marks = 0;
            }
            else if (IsMark(CharUnicodeInfo.GetUnicodeCategory(text, i)))
            {
                marks++;
            }
            else if (!char.IsLowSurrogate(text[i]))
            {
                marks = 0;
            }
            if (marks > MaxCombiningMarks)
            {
                return true;
            }
        }
        return false;
    }

    static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
