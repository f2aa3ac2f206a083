using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Characters;

/// <summary>
/// Finds encodings by the charset names used in mail. If the charset of a text is missing, unknown or often wrong, one
/// charset for the whole text is guessed from its bytes. Never throws.
/// </summary>
public static class Charsets
{
    /// <summary>The byte that starts escape sequences.</summary>
    internal const byte Escape = 0x1B;

    const int Utf7 = 65000;
    const int Utf8 = 65001;
    const int Ascii = 20127;

    // The platform warns of UTF-7, because it hides markup from filters that check bytes. Here, the decoded result is
    // only used as text.
#pragma warning disable SYSLIB0001
    static readonly Encoding Utf7Text = new UTF7Encoding(allowOptionals: true);
#pragma warning restore SYSLIB0001

    static readonly HashSet<string> Utf7Names = new(StringComparer.OrdinalIgnoreCase) { "utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-1-1-utf-7", "unicode-2-0-utf-7", "x-unicode-2-0-utf-7" };

    // Names that the platform does not list, although it supports some of the charsets. Some names are used for more
    // than their own charset, so they map to the larger one.
    static readonly (string Name, int CodePage)[] Aliases =
    [
        ("latin1", 1252), ("latin-1", 1252), ("l1", 1252), ("iso-8859-1", 1252), ("iso8859-1", 1252), ("iso_8859-1", 1252), ("iso88591", 1252), ("ansi", 1252),
        ("latin2", 28592), ("iso8859-2", 28592), ("iso_8859-2", 28592), ("latin5", 1254), ("iso-8859-9", 1254), ("iso8859-9", 1254),
        ("latin9", 28605), ("latin-9", 28605), ("iso8859-15", 28605), ("iso-8859-8-i", 28598), ("iso-8859-11", 874), ("tis-620", 874),
        ("koi8r", 20866), ("koi8", 20866), ("koi", 20866), ("koi8u", 21866), ("koi8-ru", 21866), ("x-mac-roman", 10000), ("macroman", 10000),
        ("sjis", 932), ("shift-jis", 932), ("x-sjis", 932), ("windows-31j", 932), ("ms_kanji", 932), ("eucjp", 51932), ("x-euc-jp", 51932), ("euc-jp", 51932), ("iso-2022-jp", 50220), ("iso2022-jp", 50220), ("csiso2022jp", 50221),
        ("gbk", 54936), ("gb2312", 54936), ("gb_2312-80", 54936), ("x-gbk", 54936), ("cp936", 54936), ("euc-cn", 54936), ("big5-hkscs", 950), ("x-x-big5", 950), ("cn-big5", 950),
        ("ks_c_5601", 949), ("ksc5601", 949), ("ks_c_5601-1989", 949), ("euc-kr", 949), ("euckr", 949), ("uhc", 949), ("iso-2022-kr", 50225), ("gb18030", 54936), ("hz", 52936), ("hz-gb-2312", 52936),
        ("utf-16le", 1200), ("utf16", 1200), ("unicode", 1200), ("utf-16be", 1201),
    ];

    /// <summary>The bytes that ASCII text does not contain.</summary>
    internal static readonly SearchValues<byte> Telling = SearchValues.Create([Escape, .. Enumerable.Range(0x80, 0x80).Select(octet => (byte)octet)]);

    static readonly string[] CodePagePrefixes = ["windows-", "windows", "x-cp", "cp-", "cp", "ibm-", "ibm", "ms"];

    static readonly Dictionary<string, int> CodePages = CreateCodePages();
    static readonly HashSet<int> Known = [.. CodePages.Values];

    static readonly Encoding Windows1252 = Encoding.GetEncoding(1252);
    static readonly Encoding Iso2022Jp = Encoding.GetEncoding(50220);

    /// <summary>True if text in a charset of this name can be decoded.</summary>
    public static bool IsKnown(string name) => FindNamed(name) is not null;

    /// <summary>
    /// Decodes bytes in exactly this charset. Returns false if it is unknown, or if the bytes are invalid in it.
    /// </summary>
    public static bool TryDecode(string name, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (FindNamed(name)?.Clone() is not Encoding encoding)
        {
            return false;
        }
        encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
        try
        {
            text = encoding.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Decodes a whole text.</summary>
    internal static string Decode(string? name, ReadOnlySpan<byte> octets) => (Find(name) ?? Guess(octets)).GetString(octets);

    /// <summary>Returns the most likely charset of a text. The bytes can be only its start.</summary>
    internal static Encoding Guess(ReadOnlySpan<byte> octets)
    {
        if (System.Text.Ascii.IsValid(octets))
        {
            return IsIso2022Jp(octets) ? Iso2022Jp : Encoding.ASCII;
        }
        return System.Text.Unicode.Utf8.IsValid(octets) || IsMostlyUtf8(octets) ? Encoding.UTF8 : Windows1252;
    }

    /// <summary>
    /// True if seven-bit text switches to Japanese characters. No other text in mail has these sequences (RFC 1468).
    /// </summary>
    static bool IsIso2022Jp(ReadOnlySpan<byte> octets) =>
        octets.Contains(Escape) && (octets.IndexOf("\e$B"u8) >= 0 || octets.IndexOf("\e$@"u8) >= 0 || octets.IndexOf("\e(J"u8) >= 0);

    // Text in another charset has few sequences that are valid by chance, and many more that are invalid.
    static bool IsMostlyUtf8(ReadOnlySpan<byte> octets)
    {
        var (valid, invalid) = (0, 0);
        while (octets.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var next)
        {
            octets = octets[next..];
            var status = Rune.DecodeFromUtf8(octets, out _, out var length);
            valid += status == OperationStatus.Done ? 1 : 0;
            invalid += status == OperationStatus.Done ? 0 : 1;
            octets = octets[length..];
        }
        return valid > invalid;
    }

    /// <summary>
    /// Returns null if the charset must be guessed: the name is missing or unknown, or it is UTF-8 or ASCII, which are
    /// often declared for text in other charsets.
    /// </summary>
    internal static Encoding? Find(string? name)
    {
        name = name?.Trim();
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }
        if (Utf7Names.Contains(name))
        {
            return Utf7Text;
        }
        var found = CodePages.TryGetValue(name, out var codePage) || TryIso(name, out codePage) || TryNumber(name, out codePage);
        return found ? Encoding.GetEncoding(codePage) : null;
    }

    static Encoding? FindNamed(string name) => name.ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" => Encoding.UTF8,
        "US-ASCII" or "ASCII" => Encoding.ASCII,
        _ => Find(name),
    };

    // For example iso8859-5, iso_8859-5:1988.
    static bool TryIso(string name, out int codePage)
    {
        codePage = 0;
        var number = name.IndexOf("8859", StringComparison.Ordinal) + 4;
        if (!name.StartsWith("iso", StringComparison.OrdinalIgnoreCase) || number is not (7 or 8))
        {
            return false;
        }
        var part = name[number..].Split(':')[0].TrimStart('-', '_');
        return CodePages.TryGetValue($"iso-8859-{part}", out codePage);
    }

    // For example cp1252, windows-1252, ibm850.
    static bool TryNumber(string name, out int codePage)
    {
        foreach (var prefix in CodePagePrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out codePage) && Known.Contains(codePage);
            }
        }
        codePage = 0;
        return false;
    }

    // Omits UTF-8 and its subset: these are guessed, because they are often declared for other text.
    static Dictionary<string, int> CreateCodePages()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var codePages = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var encoding in Encoding.GetEncodings())
        {
            if (encoding.CodePage is not (Utf7 or Utf8 or Ascii))
            {
                codePages[encoding.Name] = encoding.CodePage;
            }
        }
        foreach (var (name, codePage) in Aliases)
        {
            codePages[name] = codePage;
        }
        return codePages;
    }
}
