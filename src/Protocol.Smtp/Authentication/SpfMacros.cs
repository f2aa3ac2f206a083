using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Macros of SPF records (RFC 7208 §7).</summary>
static partial class SpfMacros
{
    const int NameLimit = 253;

    static readonly SearchValues<char> TopLabel = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>Returns true if the text is a valid macro-string.</summary>
    // macro-string = *( macro-expand / macro-literal ); macro-literal = %x21-24 / %x26-7E
    public static bool IsMacroString(string text) => MacroString().IsMatch(text);

    // domain-spec = macro-string domain-end; domain-end = ( "." toplabel [ "." ] ) / macro-expand
    public static bool IsDomainSpec(string text)
    {
        if (text.Length == 0 || !IsMacroString(text) || ExplanationLetter().IsMatch(text))
        {
            return false;
        }
        if (MacroAtEnd().IsMatch(text))
        {
            return true;
        }
        var name = text.EndsWith('.') ? text[..^1] : text;
        var dot = name.LastIndexOf('.');
        var top = name[(dot + 1)..];
        return dot >= 0 && top.Length > 0 && !top.AsSpan().ContainsAnyExcept(TopLabel) && top[0] != '-' && top[^1] != '-' && !top.All(char.IsAsciiDigit);
    }

    /// <summary>
    /// Expands a domain-spec to a domain. If the domain is too long, removes labels from the left (§7.3).
    /// </summary>
    public static async Task<string> ExpandAsync(string spec, Func<char, Task<string>> valueOf)
    {
        var parts = new List<string>();
        var at = 0;
        foreach (Match macro in Macro().Matches(spec))
        {
            parts.Add(spec[at..macro.Index]);
            parts.Add(macro.Value switch
            {
                "%%" => "%",
                "%_" => " ",
                "%-" => "%20",
                _ => Transform(macro, await valueOf(char.ToLowerInvariant(macro.Groups["letter"].Value[0]))),
            });
            at = macro.Index + macro.Length;
        }
        return Fit(string.Concat(parts) + spec[at..]);
    }

    // transformers = *DIGIT [ "r" ]; followed by the delimiters that split the value
    static string Transform(Match macro, string value)
    {
        var delimiters = macro.Groups["delimiters"].Value;
        var parts = value.Split(delimiters.Length == 0 ? ['.'] : delimiters.ToCharArray());
        if (macro.Groups["reverse"].Length > 0)
        {
            Array.Reverse(parts);
        }
        if (macro.Groups["digits"].Value is { Length: > 0 } digits)
        {
            // A number larger than the number of parts means all of them.
            var count = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : int.MaxValue;
            parts = parts[^Math.Min(count, parts.Length)..];
        }
        var text = string.Join('.', parts);
        return char.IsAsciiLetterUpper(macro.Groups["letter"].Value[0]) ? Uri.EscapeDataString(text) : text;
    }

    static string Fit(string name)
    {
        name = name.EndsWith('.') ? name[..^1] : name;
        while (name.Length > NameLimit && name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
        {
            name = name[(dot + 1)..];
        }
        return name;
    }

    // macro-expand = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"; a number of zero is
    // invalid.
    [GeneratedRegex(@"%%|%_|%-|%\{(?<letter>[slodiphcrtvSLODIPHCRTV])(?<digits>(?!0+[^0-9])[0-9]*)(?<reverse>[rR]?)(?<delimiters>[-.+,/_=]*)\}")]
    private static partial Regex Macro();

    [GeneratedRegex(@"^(?:[!-$&-~]|%%|%_|%-|%\{[slodiphcrtvSLODIPHCRTV](?!0+[^0-9])[0-9]*[rR]?[-.+,/_=]*\})*\z")]
    private static partial Regex MacroString();

    [GeneratedRegex(@"(?:%%|%_|%-|\})\z")]
    private static partial Regex MacroAtEnd();

    // c, r and t are allowed in explanations only (§7.2).
    [GeneratedRegex(@"%\{[crtCRT]")]
    private static partial Regex ExplanationLetter();
}
