using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>Finds the messages that a message replies to, for threading by RFC 5256 §3 (REFERENCES).</summary>
public static class MessageAncestry
{
    /// <summary>
    /// Returns the ids in References, oldest first; if there are none, the first id of In-Reply-To. Normalized, without
    /// angle brackets.
    /// </summary>
    /// <param name="header">The bytes of a top header.</param>
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

    /// <summary>Returns the id without its quoting, which does not distinguish ids.</summary>
    public static string Normalize(string id) =>
        id.AsSpan().IndexOfAny('"', '\\') < 0 ? id : string.Concat(id.Where(c => c is not ('"' or '\\')));

    static List<string> Ids(ReadOnlySpan<byte> value) => [.. MessageIds.All(Unfolding.Unfold(value)).Select(Normalize)];
}
