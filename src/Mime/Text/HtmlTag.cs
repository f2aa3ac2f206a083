using System.Text;

namespace AgentPost.Mime;

/// <summary>The tag being read, with the attributes that matter for text; its buffers are used again for the next.</summary>
sealed class HtmlTag
{
    /// <summary>A longer name is of no element that is known.</summary>
    public const int MaxName = 64;

    // Longer values (images within the message) are of no use.
    const int MaxValue = 2048;

    readonly StringBuilder _name = new();
    readonly StringBuilder _attribute = new();
    readonly StringBuilder _value = new();

    public string Name { get; private set; } = "";
    public bool IsEnd { get; set; }
    public bool IsSelfClosing { get; set; }
    public string? Alt { get; private set; }
    public string? Href { get; private set; }
    public string? Style { get; private set; }

    /// <summary>The name as it was written, while it is read.</summary>
    public string RawName => _name.ToString();

    public int NameLength => _name.Length;

    public void Clear()
    {
        _name.Clear();
        _attribute.Clear();
        _value.Clear();
        Alt = Href = Style = null;
        IsEnd = IsSelfClosing = false;
    }

    public void AppendName(char c) => _name.Append(c);

    public void EndName() => Name = _name.ToString().ToLowerInvariant();

    public void AppendAttribute(char c)
    {
        if (_attribute.Length < MaxName)
        {
            _attribute.Append(c);
        }
    }

    public void AppendValue(char c)
    {
        if (_value.Length <= MaxValue)
        {
            _value.Append(c);
        }
    }

    /// <summary>Keeps the attribute read so far, if it matters, and makes room for the next.</summary>
    public void EndAttribute()
    {
        if (_value.Length is > 0 and <= MaxValue)
        {
            Keep(_attribute.ToString().ToLowerInvariant());
        }
        _attribute.Clear();
        _value.Clear();
    }

    // Of an attribute that is there twice the first counts, as in browsers.
    void Keep(string attribute)
    {
        switch (attribute)
        {
            case "alt":
                Alt ??= _value.ToString();
                break;
            case "href":
                Href ??= _value.ToString();
                break;
            case "style":
                Style ??= _value.ToString();
                break;
        }
    }
}
