using System.Globalization;
using System.Net;
using System.Text;

namespace AgentPost.Mime;

/// <summary>Decodes character references of HTML.</summary>
static class HtmlReferences
{
    // References that browsers take without the semicolon; of the rest that HTML lists, mail has none in practice.
    static readonly HashSet<string> WithoutSemicolon = ["amp", "lt", "gt", "quot", "nbsp", "copy", "reg"];

    /// <summary>What stands between "&amp;" and its end, the semicolon included if there was one. What is no reference stays as it is.</summary>
    public static string Decode(string reference)
    {
        var name = reference.TrimEnd(';');
        if (name.StartsWith('#') && CodePoint(name) is { } codePoint)
        {
            return Character(codePoint);
        }
        if (reference.Length > name.Length || WithoutSemicolon.Contains(name))
        {
            return WebUtility.HtmlDecode($"&{name};") is { Length: 1 or 2 } decoded ? decoded : $"&{reference}";
        }
        return $"&{reference}";
    }

    /// <summary>Decodes all references in an attribute's value. Only ended ones, as "&amp;copy=1" is part of an address.</summary>
    public static string DecodeAll(string value) => value.Contains('&') ? WebUtility.HtmlDecode(value) : value;

    static int? CodePoint(string name)
    {
        var isHexadecimal = name.Length > 1 && name[1] is 'x' or 'X';
        var digits = name.AsSpan(isHexadecimal ? 2 : 1);
        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return int.TryParse(digits, style, CultureInfo.InvariantCulture, out var codePoint) ? codePoint : null;
    }

    // The C1 controls mean windows-1252, as browsers read them.
    static string Character(int codePoint) => codePoint switch
    {
        >= 0x80 and < 0xA0 => Charsets.Find("windows-1252").GetString([(byte)codePoint]),
        > 0 when Rune.IsValid(codePoint) => new Rune(codePoint).ToString(),
        _ => "\uFFFD",
    };
}
