using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Html;

/// <summary>Invisible characters: they can contain text that programs read and people do not see.</summary>
static class InvisibleCharacters
{
    // U+E0000 to U+E007F, which mirror ASCII, have this high surrogate.
    public const char TagSurrogate = '\uDB40';
    const int FirstTag = 0xE0000;
    const int LastTag = 0xE007F;
    const int CancelTag = 0xE007F;
    const int BlackFlag = 0x1F3F4;

    /// <summary>Maximum tags in an emoji flag; the flags of England, Scotland and Wales have about five.</summary>
    const int MaxFlagTags = 8;

    // Zero-width spaces and directional controls. Joiners are kept, because emoji and some scripts need them.
    static readonly SearchValues<char> Invisible =
        SearchValues.Create("\u00AD\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\uFEFF");

    static readonly SearchValues<char> Suspect = SearchValues.Create(
        "\u00AD\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\uFEFF" + TagSurrogate);

    public static bool Contains(char c) => Invisible.Contains(c);

    /// <summary>
    /// Returns the text without such characters. Adds text spelled with tag characters to <paramref name="hidden"/>, if
    /// it is not null.
    /// </summary>
    public static string Remove(string text, HiddenText? hidden = null)
    {
        if (!text.AsSpan().ContainsAny(Suspect))
        {
            return text;
        }
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (FlagLength(text, i) is > 0 and var flag)
            {
                kept.Append(text, i, flag);
                i += flag;
                continue;
            }
            if (IsTag(text, i, out var tag))
            {
                hidden?.Append([(char)(tag - FirstTag)]);
                i += 2;
                continue;
            }
            if (!Invisible.Contains(text[i]))
            {
                kept.Append(text[i]);
            }
            i++;
        }
        return kept.ToString();
    }

    // A black flag, letters, and the tag that ends them form one emoji.
    static int FlagLength(string text, int index)
    {
        if (index + 1 >= text.Length || !char.IsSurrogatePair(text, index) || char.ConvertToUtf32(text, index) != BlackFlag)
        {
            return 0;
        }
        for (var i = index + 2; i <= index + 2 + (MaxFlagTags * 2) && IsTag(text, i, out var tag); i += 2)
        {
            if (tag == CancelTag)
            {
                return i + 2 - index;
            }
        }
        return 0;
    }

    static bool IsTag(string text, int index, out int tag)
    {
        tag = index + 1 < text.Length && text[index] == TagSurrogate && char.IsSurrogatePair(text, index) ? char.ConvertToUtf32(text, index) : 0;
        return tag is >= FirstTag and <= LastTag;
    }
}
