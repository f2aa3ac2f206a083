namespace AgentPost.Mime.Text;

/// <summary>What a message says to a reader. Never with NUL or unpaired surrogates.</summary>
/// <param name="Text">The plain text; where there is only HTML, the text of that. Lines end in LF.</param>
/// <param name="Html">The HTML as it came; null when there is none. Not safe to be shown.</param>
/// <param name="ExtractedText">Of the text what the writer says, without quoted history and signature (<see cref="ReplyText"/>).</param>
/// <param name="IsTruncated">There was more than <see cref="MessageTextReader.MaxChars"/>.</param>
public sealed record MessageText(string Text, string? Html, string ExtractedText, bool IsTruncated)
{
    /// <summary>What a reader does not see: hidden by the style of the HTML, or in characters without a shape. Null if there is nothing.</summary>
    public string? HiddenText { get; init; }
}
