using System.Text;

namespace AgentPost.Mime.Characters;

/// <summary>
/// The collation i;unicode-casemap (RFC 5051), with which SORT and THREAD compare text (RFC 5256 §7): upper case, then
/// compatibility decomposition.
/// </summary>
public static class UnicodeCasemap
{
    // Maximum number of compared characters, because decomposition can take quadratic time.
    const int MostChars = 1000;

    /// <summary>
    /// Maps text so that two results are ordinally equal exactly if the collation treats the texts as equal.
    /// </summary>
    public static string Map(string text)
    {
        var bounded = text.Length > MostChars ? text[..MostChars] : text;
        return Ascii.IsValid(bounded) ? bounded.ToUpperInvariant() : StorableText.Clean(bounded).ToUpperInvariant().Normalize(NormalizationForm.FormKD);
    }

    /// <summary>Returns bytes that sort in the order of the collation.</summary>
    public static byte[] Key(string text) => Encoding.UTF8.GetBytes(Map(text));
}
