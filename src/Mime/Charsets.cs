using System.Collections.Concurrent;
using System.Text;

namespace AgentPost.Mime;

/// <summary>Encodings by the names that mail gives them. None of them throws at octets that are not of the charset.</summary>
static class Charsets
{
    /// <summary>UTF-8, and what is not valid as that is Latin-1: the guess for text without a charset, or with one that is unknown or wrong.</summary>
    static readonly Encoding Guess = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new Latin1Fallback());

    // Names that the platform does not know, or that are used for more than they stand for.
    static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cp932"] = "shift_jis",
        ["windows-31j"] = "shift_jis",
        ["ms_kanji"] = "shift_jis",
        ["cp936"] = "gb18030",
        ["gbk"] = "gb18030",
        ["gb2312"] = "gb18030",
        ["x-gbk"] = "gb18030",
        ["cp949"] = "ks_c_5601-1987",
        ["cp950"] = "big5",
        ["x-mac-roman"] = "macintosh",
        ["iso-8859-1"] = "windows-1252",
        ["latin1"] = "windows-1252",
        ["l1"] = "windows-1252",
        ["iso-8859-8-i"] = "iso-8859-8",
    };

    static readonly ConcurrentDictionary<string, Encoding> Known = new(StringComparer.OrdinalIgnoreCase);

    static Charsets()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
    }

    public static Encoding Find(string? name)
    {
        name = name?.Trim();
        if (string.IsNullOrEmpty(name) || name.Length > 64)
        {
            return Guess;
        }
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }
        var encoding = Create(Aliases.GetValueOrDefault(name, name));
        if (encoding is null or { CodePage: 20127 or 65001 })
        {
            return Guess;
        }
        // The names that lead to an encoding are few, but for their case.
        return Known.Count < 1_000 ? Known.GetOrAdd(name, encoding) : encoding;
    }

    static Encoding? Create(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
