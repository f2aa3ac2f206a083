namespace AgentPost.Mime.Html;

/// <summary>How much of HTML's layout text shows.</summary>
enum HtmlDetail
{
    /// <summary>Words in their order, for searching and previews: lines and quote marks, no more.</summary>
    Words,

    /// <summary>For readers: paragraphs apart, list marks, the addresses of links.</summary>
    Reading,
}
