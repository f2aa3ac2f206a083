namespace AgentPost.Mime.Characters;

/// <summary>Truncates text without splitting a character.</summary>
public static class WholeCharacters
{
    /// <param name="most">Maximum number of UTF-16 code units; 0 or more.</param>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }
        return most > 0 && char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)] : text[..most];
    }
}
