using AgentPost.Mime.Characters;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The charset of the strings in a search (RFC 9051 §6.4.4).</summary>
/// <param name="Name">Null if the search names no charset. Its strings are then UTF-8 if they are valid UTF-8,
/// otherwise windows-1252.</param>
sealed record SearchCharset(string? Name)
{
    public static readonly SearchCharset Unnamed = new((string?)null);

    /// <summary>
    /// Returns null for an unknown charset. Clients that name US-ASCII also send other text, so US-ASCII is treated as
    /// no charset.
    /// </summary>
    public static SearchCharset? Find(string name) => IsAscii(name) ? Unnamed : Charsets.IsKnown(name) ? new(name) : null;

    /// <summary>True if the charset is UTF-8 or a subset of it.</summary>
    public static bool IsUtf8(string name) => IsAscii(name) || name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns null for bytes that are invalid in the charset: no message contains them.</summary>
    public string? Decode(ReadOnlySpan<byte> bytes) =>
        Charsets.TryDecode(Name ?? "UTF-8", bytes, out var text) || (Name is null && Charsets.TryDecode("windows-1252", bytes, out text)) ? text : null;

    static bool IsAscii(string name) => name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase);
}
