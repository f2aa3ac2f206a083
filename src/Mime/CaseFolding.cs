using System.Globalization;
using System.Text;

namespace AgentPost.Mime;

/// <summary>The one way in which text is folded for searching: NFC, then each character to upper and to lower case by the invariant culture.</summary>
public static class CaseFolding
{
    /// <summary>Of longer rows of combining marks the rest is dropped: text has none such (UAX #15 §13), and normalizing takes time that grows with the square.</summary>
    const int MaxCombiningMarks = 30;

    /// <summary>Folds; NUL and unpaired surrogates become U+FFFD, so that every database takes the text.</summary>
    public static string Fold(string text)
    {
        var clean = WithoutMarkRows(StorableText.Clean(text));
        return clean.Normalize(NormalizationForm.FormC).ToUpperInvariant().ToLowerInvariant();
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

    // Looks at UTF-16 units only for speed: a low surrogate neither begins nor ends a row.
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
