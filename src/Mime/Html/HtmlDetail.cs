namespace AgentPost.Mime.Html;

/// <summary>How much of the HTML layout the text shows.</summary>
enum HtmlDetail
{
    /// <summary>Words in their order, for searching and previews: only lines and quote marks.</summary>
    Words,

    /// <summary>For readers: separated paragraphs, list marks, link URLs.</summary>
    Reading,
}
