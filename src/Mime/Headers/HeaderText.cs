using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>Header fields as people read them.</summary>
static class HeaderText
{
    /// <summary>Returns every field that has a name as a line "name: value", unfolded and decoded.</summary>
    public static string Lines(HeaderBlock header)
    {
        var lines = new StringBuilder(header.Octets.Length);
        for (var i = 0; i < header.Count; i++)
        {
            lines.Append(Encoding.ASCII.GetString(header.Name(i))).Append(": ").Append(EncodedWords.Decode(header.Text(i))).Append('\n');
        }
        return lines.ToString();
    }

    /// <summary>
    /// Returns the file name of a part; null if it has none. Prefers the Content-Disposition's over the Content-Type's,
    /// and in each an encoded one (RFC 6266 §4.3 has the same rule).
    /// </summary>
    public static string? FileName(ContentDisposition? disposition, ContentType type) =>
        FileName(disposition?.Parameters ?? [], type.Parameters);

    /// <summary>Same as the overload with header fields, for the parameters alone.</summary>
    public static string? FileName(IReadOnlyList<MimeParameter> disposition, IReadOnlyList<MimeParameter> type) =>
        (Find(disposition, "FILENAME") ?? Find(type, "NAME")) is { } name ? DisplayText.Clean(name) : null;

    static string? Find(IReadOnlyList<MimeParameter> parameters, string name)
    {
        string? text = null;
        foreach (var parameter in parameters)
        {
            if (parameter.Name == name + "*")
            {
                return parameter.Text();
            }
            text ??= parameter.Name == name ? parameter.Text() : null;
        }
        return text;
    }
}
