using System.Text;
using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>
/// Collects the URLs in the attributes of HTML tags, so that a search finds a link whose URL is not in the visible
/// text. Each is kept once, without the line breaks that browsers ignore. Bounded. Not thread-safe.
/// </summary>
sealed class HtmlAddresses
{
    const int MaxChars = 1 << 18;
    const int MaxAddressChars = 8192;

    readonly StringBuilder _lines = new();
    readonly HashSet<string> _known = [];

    public void Add(HtmlTagToken tag)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Id is HtmlAttributeId.Href or HtmlAttributeId.Src or HtmlAttributeId.Action && attribute.Value is { } value)
            {
                Add(string.Concat(value.Where(c => !char.IsControl(c))).Trim());
            }
        }
    }

    /// <summary>Returns one URL per line.</summary>
    public override string ToString() => _lines.ToString();

    void Add(string address)
    {
        // A data: URL contains the content itself.
        var isAddress = address.Length is > 1 and <= MaxAddressChars && !address.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
        if (isAddress && _lines.Length + address.Length < MaxChars && _known.Add(address))
        {
            _lines.Append(address).Append('\n');
        }
    }
}
