namespace AgentPost.Mime.Characters;

/// <summary>Converts the characters of a part, which arrive in pieces of any size, to readable text.</summary>
interface ITextFilter
{
    void Write(ReadOnlySpan<char> text);

    /// <summary>Ends the part. Call once.</summary>
    void Complete();
}
