namespace AgentPost.Mime.Characters;

/// <summary>Makes readable text of the characters of a part, which arrive in pieces of any size.</summary>
interface ITextFilter
{
    void Write(ReadOnlySpan<char> text);

    /// <summary>Ends the part. Call once.</summary>
    void Complete();
}
