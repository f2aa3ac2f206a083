using System.Globalization;
using System.Text;

namespace AgentPost.Mime;

/// <summary>Writes parameters (RFC 2045 §5.1, RFC 2231 §3 and §4).</summary>
static class ParameterWriter
{
    /// <summary>A value up to here stays whole.</summary>
    const int MaxValueOctets = 60;

    public static void Write(FieldFolder folder, string name, string value)
    {
        folder.Append(";");
        if (IsPlain(value))
        {
            var isToken = value.Length > 0 && !value.AsSpan().ContainsAnyExcept(FieldValue.TokenChars);
            folder.Word($"{name}={(isToken ? value : FieldValue.Quoted(value))}");
        }
        else if (name == "name")
        {
            EncodedWordsInQuotes(folder, name, value);
        }
        else
        {
            Extended(folder, name, Encoding.UTF8.GetBytes(value));
        }
    }

    static bool IsPlain(string value) =>
        FieldValue.IsPrintableAscii(value) && value.Length <= MaxValueOctets && !value.Contains("=?", StringComparison.Ordinal);

    // RFC 2047 §5 forbids them within quotes, but for the name of Content-Type it is what old Outlooks and many web mailers read; the others read filename*.
    static void EncodedWordsInQuotes(FieldFolder folder, string name, string value)
    {
        var words = new FieldFolder();
        words.Begin(new string('x', name.Length));
        EncodedWordWriter.Write(words, value);
        var text = Encoding.ASCII.GetString(words.ToArray())[(name.Length + 1)..].Replace("\r\n", "", StringComparison.Ordinal).Trim();
        folder.Words($"{name}=\"{text}\"");
    }

    // name*0*=utf-8''ext-octets; each segment is of whole characters, for readers that decode them one by one.
    static void Extended(FieldFolder folder, string name, ReadOnlySpan<byte> octets)
    {
        var segments = new List<string>();
        var segment = new StringBuilder("utf-8''");
        while (!octets.IsEmpty)
        {
            Rune.DecodeFromUtf8(octets, out _, out var count);
            var character = PercentEncoding.Encode(octets[..count]);
            octets = octets[count..];
            if (segment.Length + character.Length > MaxValueOctets)
            {
                segments.Add(segment.ToString());
                segment.Clear();
            }
            segment.Append(character);
        }
        segments.Add(segment.ToString());
        if (segments.Count == 1)
        {
            folder.Word($"{name}*={segments[0]}");
            return;
        }
        for (var i = 0; i < segments.Count; i++)
        {
            folder.Word($"{name}*{i.ToString(CultureInfo.InvariantCulture)}*={segments[i]}{(i + 1 < segments.Count ? ";" : "")}");
        }
    }
}
