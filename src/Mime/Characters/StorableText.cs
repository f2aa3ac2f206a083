using System.Text;

namespace AgentPost.Mime.Characters;

/// <summary>Cleans text so that every database and normalizer accepts it.</summary>
static class StorableText
{
    /// <summary>
    /// Replaces NUL, unpaired surrogates and U+FFFE (which <see cref="string.Normalize()"/> rejects) with U+FFFD.
    /// </summary>
    public static string Clean(string text)
    {
        if (IsStorable(text))
        {
            return text;
        }
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            builder.Append(rune.Value is 0 or 0xFFFE ? "\uFFFD" : rune.ToString());
        }
        return builder.ToString();
    }

    static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }
                i++;
            }
            else if (text[i] is '\0' or '\uFFFE')
            {
                return false;
            }
        }
        return true;
    }
}
