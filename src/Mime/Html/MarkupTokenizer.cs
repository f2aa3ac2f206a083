using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// MimeKit's tokenizer, changed to parse the content of every element as markup. The content of elements such as
/// noscript and iframe is then read as in a mail client, and <see cref="HtmlText"/> itself skips the content of scripts
/// and styles.
/// </summary>
sealed class MarkupTokenizer : HtmlTokenizer
{
    public MarkupTokenizer(HtmlSource source)
        : base(source)
    {
        DecodeCharacterReferences = false;
        source.Tokenizer = this;
    }

    // The tokenizer changes its state after the start tags of these elements, but not after empty elements.
    protected override HtmlTagToken CreateTagToken(string tagName, bool isEndTag = false)
    {
        var tag = base.CreateTagToken(tagName, isEndTag);
        return !isEndTag && HasRawContent(tag.Id) ? new HtmlTagToken(tagName, [], isEmptyElement: true) : tag;
    }

    static bool HasRawContent(HtmlTagId id) => id is HtmlTagId.Style or HtmlTagId.Xmp or HtmlTagId.IFrame or HtmlTagId.NoEmbed or HtmlTagId.NoFrames
        or HtmlTagId.Title or HtmlTagId.TextArea or HtmlTagId.PlainText or HtmlTagId.Script or HtmlTagId.NoScript;
}
