using System.Text;

namespace AgentPost.Mime.Html;

/// <summary>The current link, and whether its URL differs from its text.</summary>
sealed class HtmlLink
{
    // Text that is longer than the maximum URL cannot be the URL.
    const int MaxText = 8200;

    readonly StringBuilder _text = new();
    string? _address;

    /// <summary>Starts a link. Only URLs that can be opened outside the message count.</summary>
    public void Begin(string? href)
    {
        var address = href?.Trim() ?? "";
        var isWeb = address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        _address = isWeb && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? address : null;
        _text.Clear();
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (_address is not null)
        {
            _text.Append(text[..Math.Min(text.Length, MaxText - _text.Length)]);
        }
    }

    /// <summary>The open link with its text so far. Null if there is none.</summary>
    public HtmlLinkText? Current => _address is null ? null : new(_address, _text.ToString());

    /// <summary>Returns the URL in angle brackets, or null if there is no link or its text is the URL.</summary>
    public string? End()
    {
        var address = _address;
        _address = null;
        return address is null || Bare(_text.ToString()) == Bare(address) ? null : $"<{address}>";
    }

    static string Bare(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        return address[(start < 0 ? 0 : start + 3)..].Trim().TrimEnd('/');
    }
}

/// <summary>A link and its visible text, which can be empty.</summary>
sealed record HtmlLinkText(string Address, string Text);
