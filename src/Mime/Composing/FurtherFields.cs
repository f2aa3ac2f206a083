using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Composing;

/// <summary>Header fields for which <see cref="MessageBuilder"/> has no property, and their valid names.</summary>
public static class FurtherFields
{
    const int MaxNameOctets = 76;

    // Written from their own properties, by their own grammar.
    static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "MIME-Version",
    };

    /// <summary>Reads these fields from a header, decoded, for <see cref="MessageBuilder.Fields"/>.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(ReadOnlySpan<byte> header)
    {
        var fields = new List<(string, string)>();
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            var name = System.Text.Encoding.ASCII.GetString(reader.Name);
            if (Is(name))
            {
                fields.Add((name, Unfolded(EncodedWords.Decode(reader.Value))));
            }
        }
        return fields;
    }

    /// <exception cref="ArgumentException">The name is not a field name, or the field has its own property.</exception>
    internal static string Checked(string name) =>
        Is(name) ? name : throw new ArgumentException($"\"{name}\" cannot be added to a header", nameof(name));

    static bool Is(string name)
    {
        // ftext
        var isName = name.Length is > 0 and <= MaxNameOctets
            && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains(':');
        return isName && !Own.Contains(name) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
    }

    // Unfolding removes line ends and keeps the whitespace (RFC 5322 §2.2.3).
    static string Unfolded(string value) =>
        string.Concat(value.Where(character => character is not ('\r' or '\n' or '\0'))).Trim();
}
