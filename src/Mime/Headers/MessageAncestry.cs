using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>Which messages one answers, as the threading of RFC 5256 §3 (REFERENCES) asks for it.</summary>
public static class MessageAncestry
{
    /// <summary>The ids in References, oldest first; without any there the first one of In-Reply-To. Normalized, without angle brackets.</summary>
    /// <param name="header">The octets of a top header.</param>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> header)
    {
        var (references, inReplyTo) = (default(List<string>), default(List<string>));
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            if (Ascii.EqualsIgnoreCase(reader.Name, "References"u8))
            {
                references ??= Ids(reader.Value);
            }
            else if (Ascii.EqualsIgnoreCase(reader.Name, "In-Reply-To"u8))
            {
                inReplyTo ??= Ids(reader.Value);
            }
        }
        return references is { Count: > 0 } ? references : inReplyTo is [var parent, ..] ? [parent] : [];
    }

    /// <summary>The id without its quoting, which does not distinguish it.</summary>
    public static string Normalize(string id) =>
        id.AsSpan().IndexOfAny('"', '\\') < 0 ? id : string.Concat(id.Where(c => c is not ('"' or '\\')));

    static List<string> Ids(ReadOnlySpan<byte> value) => [.. MessageIds.All(Unfolding.Unfold(value)).Select(Normalize)];
}
