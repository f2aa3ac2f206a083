using System.Text;

namespace AgentPost.Mime.Characters;

/// <summary>The collation i;unicode-casemap (RFC 5051), by which SORT and THREAD compare text (RFC 5256 §7): upper case, then decomposed for compatibility.</summary>
public static class UnicodeCasemap
{
    // What distinguishes longer texts is not compared: decomposing takes time that can grow with the square.
    const int MostChars = 1000;

    /// <summary>Text that is equal, ordinally, exactly when the collation calls it equal.</summary>
    public static string Map(string text)
    {
        var bounded = text.Length > MostChars ? text[..MostChars] : text;
        return Ascii.IsValid(bounded) ? bounded.ToUpperInvariant() : StorableText.Clean(bounded).ToUpperInvariant().Normalize(NormalizationForm.FormKD);
    }

    /// <summary>Octets whose order is that of the collation.</summary>
    public static byte[] Key(string text) => Encoding.UTF8.GetBytes(Map(text));
}
