using System.Buffers.Text;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A tag=value list (RFC 6376 §3.2): of signatures, of keys, of policies.</summary>
sealed class TagList
{
    readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    readonly List<string> _names = [];

    TagList()
    {
    }

    /// <summary>The first tag's name; records of keys and policies begin with their version.</summary>
    public string? First => _names.FirstOrDefault();

    /// <summary>Without blanks around it; null when there is no such tag.</summary>
    public string? this[string name] => _tags.GetValueOrDefault(name);

    // tag-list = tag-spec *( ";" tag-spec ) [ ";" ]; tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
    /// <summary>Null: it is not one, or a tag comes twice.</summary>
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

    /// <summary>Words apart by colons; empty when there is no such tag.</summary>
    public IReadOnlyList<string> Words(string name) => this[name]?.Split(':').Select(WithoutBlanks).ToList() ?? [];

    /// <summary>Null: there is no such tag, or it is no base64.</summary>
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
