using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;
using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>
/// Creates header fields from text that callers supply. MimeKit folds and encodes. This class rejects text that would
/// end a field, and encodes text that MimeKit would write in a form that reads back differently.
/// </summary>
static class HeaderValues
{
    /// <summary>Maximum length of an id that fits on a line of 998 bytes with its field name.</summary>
    const int MaxIdBytes = 900;

    /// <summary>Maximum length of a word that stays whole, because tokens and URLs are useless in pieces.</summary>
    const int MaxWordLength = 900;

    /// <summary>The preferred length of a line (RFC 5322 §2.1.1).</summary>
    const int MaxLineLength = 78;

    // 52 characters in base64. With "=?utf-8?B?" and "?=", short enough for the line of a field name.
    const int EncodedWordBytes = 39;

    static readonly SearchValues<char> LineBreakers = SearchValues.Create("\r\n\0");
    static readonly SearchValues<char> IdBreakers = SearchValues.Create("<>");

    /// <exception cref="ArgumentException">The value has a line end or NUL.</exception>
    public static string Checked(string value, string what) => value.AsSpan().ContainsAny(LineBreakers)
        ? throw new ArgumentException($"{what} has a line end or NUL", what)
        : value;

    /// <summary>Creates an unstructured field (RFC 5322 §2.2.1).</summary>
    /// <exception cref="ArgumentException">The text has a line end or NUL.</exception>
    public static Header Text(string name, string text)
    {
        Checked(text, name);
        return IsAltered(text) || LongestWord(text) > MaxWordLength ? Field(name, EncodedWords(text), MaxLineLength)
            : Ascii.IsValid(text) ? Words(name, text)
            : Field(name, text, MaxLineLength);
    }

    /// <summary>Creates an unstructured field of ASCII words, each of which stays whole.</summary>
    public static Header Words(string name, string words) =>
        Field(name, words, Math.Max(MaxLineLength, name.Length + LongestWord(words) + 3));

    static int LongestWord(string text) => text.Split(' ').Max(word => word.Length);

    // MimeKit turns a word that is longer than a line into encoded words. Give it a placeholder for the name, because
    // it would drop text that does not fit the structure of a field that it knows.
    static Header Field(string name, string text, int lineLength)
    {
        var options = FormatOptions.Default.Clone();
        options.MaxLineLength = lineLength;
        var folded = new Header(Encoding.UTF8, new string('X', name.Length), "");
        folded.SetValue(options, Encoding.UTF8, text);
        var header = new Header(Encoding.UTF8, name, "");
        header.SetRawValue(folded.RawValue);
        return header;
    }

    /// <summary>Creates a date-time field.</summary>
    public static Header Date(string name, DateTimeOffset date) => Words(name, MailDate.Format(date));

    /// <summary>Creates a field of msg-ids, one per line (RFC 5322 §3.6.4).</summary>
    /// <exception cref="ArgumentException">An id is invalid in a field.</exception>
    public static Header Ids(string name, params IEnumerable<string> ids)
    {
        var header = new Header(Encoding.UTF8, name, "");
        var lines = ids.Select(id => IsId(Checked(id, name))
            ? $" <{id}>\r\n"
            : throw new ArgumentException($"\"{id}\" cannot be an id", name));
        header.SetRawValue(Encoding.UTF8.GetBytes(string.Concat(lines)));
        return header;
    }

    /// <summary>True if a field can carry the id.</summary>
    public static bool IsId(string id) =>
        id.Length > 0 && Encoding.UTF8.GetByteCount(id) <= MaxIdBytes && !id.AsSpan().ContainsAny(IdBreakers)
        && !id.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));

    public static bool IsPrintableAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>True if readers would misinterpret the unencoded text, or lose whitespace.</summary>
    public static bool IsAltered(string text) =>
        text.Contains("=?", StringComparison.Ordinal) || text.Contains("  ", StringComparison.Ordinal)
        || text.Contains('\t') || text.Trim().Length != text.Length;

    /// <summary>
    /// Returns the text as encoded words (RFC 2047 §2), each of whole characters, separated by spaces.
    /// </summary>
    public static string EncodedWords(string text)
    {
        var words = new List<string>();
        var octets = Encoding.UTF8.GetBytes(text).AsSpan();
        while (!octets.IsEmpty)
        {
            var length = 0;
            while (Rune.DecodeFromUtf8(octets[length..], out _, out var count) == OperationStatus.Done
                && length + count <= EncodedWordBytes)
            {
                length += count;
            }
            words.Add($"=?utf-8?B?{Convert.ToBase64String(octets[..length])}?=");
            octets = octets[length..];
        }
        return string.Join(' ', words);
    }
}
