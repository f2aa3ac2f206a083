namespace AgentPost.Mime.Text;

/// <summary>The readable text of a message, without NUL and unpaired surrogates.</summary>
/// <param name="Text">The plain text; if there is only HTML, its text. Lines end in LF.</param>
/// <param name="Html">The HTML as received; null if there is none. Not safe to display.</param>
/// <param name="ExtractedText">The author's part of the text, without quoted history and signature
/// (<see cref="ReplyText"/>).</param>
/// <param name="IsTruncated">True if the text was longer than <see cref="MessageTextReader.MaxChars"/>.</param>
public sealed record MessageText(string Text, string? Html, string ExtractedText, bool IsTruncated)
{
    /// <summary>
    /// Text that readers do not see: hidden by the style of the HTML, or in invisible characters. Null if there is
    /// none.
    /// </summary>
    public string? HiddenText { get; init; }
}
