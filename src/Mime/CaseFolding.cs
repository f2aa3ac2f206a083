using System.Text;

namespace AgentPost.Mime;

/// <summary>The one way in which text is folded for searching: NFC, then each character to upper and to lower case by the invariant culture.</summary>
public static class CaseFolding
{
    /// <summary>Folds; NUL and unpaired surrogates become U+FFFD, so that every database takes the text.</summary>
    public static string Fold(string text)
    {
        var clean = WithoutUnstorable(text);
        return clean.Normalize(NormalizationForm.FormC).ToUpperInvariant().ToLowerInvariant();
    }

    static string WithoutUnstorable(string text)
    {
        if (!text.Contains('\0') && !HasLoneSurrogate(text))
        {
            return text;
        }
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            builder.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }
        return builder.ToString();
    }

    static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return true;
            }
            i++;
        }
        return false;
    }
}
