using System.Buffers.Text;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A tag=value list (RFC 6376 §3.2), the format of signatures, keys and policies.</summary>
sealed class TagList
{
    readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    readonly List<string> _names = [];

    TagList()
    {
    }

    /// <summary>The name of the first tag. Records of keys and policies start with their version.</summary>
    public string? First => _names.FirstOrDefault();

    /// <summary>The value of a tag without surrounding whitespace. Null if the tag is missing.</summary>
    public string? this[string name] => _tags.GetValueOrDefault(name);

    // tag-list = tag-spec *( ";" tag-spec ) [ ";" ]; tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
    /// <summary>Parses a list. Returns null if the syntax is invalid or a tag occurs twice.</summary>
    public static TagList? Parse(string text)
    {
        var list = new TagList();
        var specs = text.Split(';');
        for (var i = 0; i < specs.Length; i++)
        {
            var parts = specs[i].Split('=', 2);
            var name = parts[0].Trim(' ', '\t', '\r', '\n');
            if (parts.Length == 1 && name.Length == 0 && i == specs.Length - 1)
            {
                break;
            }
            if (parts.Length == 1 || !IsName(name) || !list._tags.TryAdd(name, parts[1].Trim(' ', '\t', '\r', '\n')))
            {
                return null;
            }
            list._names.Add(name);
        }
        return list;
    }

    /// <summary>The colon-separated words of a tag. Empty if the tag is missing.</summary>
    public IReadOnlyList<string> Words(string name) => this[name]?.Split(':').Select(WithoutBlanks).ToList() ?? [];

    /// <summary>Decodes the base64 value of a tag. Returns null if the tag is missing or not valid base64.</summary>
    public byte[]? Octets(string name)
    {
        if (this[name] is not { } text || !Base64.IsValid(text))
        {
            return null;
        }
        return Convert.FromBase64String(WithoutBlanks(text));
    }

    public static string WithoutBlanks(string text) => string.Concat(text.Where(letter => letter is not (' ' or '\t' or '\r' or '\n')));

    // tag-name = ALPHA *ALNUMPUNC
    static bool IsName(string name) => name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
