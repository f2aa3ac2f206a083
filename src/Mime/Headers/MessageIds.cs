namespace AgentPost.Mime.Headers;

/// <summary>Reads msg-ids (RFC 5322 §3.6.4).</summary>
static class MessageIds
{
    const int MaxReferences = 100;

    /// <summary>
    /// Returns the Message-ID without angle brackets, even if the field lacks them; null if there is none.
    /// </summary>
    public static string? Own(HeaderBlock header) => First(header.Text("Message-ID"u8));

    /// <summary>Returns the id of an unfolded field with one id: Message-ID or Content-ID.</summary>
    public static string? First(ReadOnlySpan<byte> text) => MessageIdParser.Parse(text) is [var first, ..] ids ? (ids.Find(id => !id.IsBare) is { Text: not null } bracketed ? bracketed : first).Text : null;

    /// <summary>
    /// Returns the ids of References, then of In-Reply-To, without repetition. If there are too many, returns the last
    /// ones.
    /// </summary>
    public static IReadOnlyList<string> References(HeaderBlock header)
    {
        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in (string[])["References", "In-Reply-To"])
        {
            ids.AddRange(All(header.Text(System.Text.Encoding.ASCII.GetBytes(name))).Where(seen.Add));
        }
        return Last(ids);
    }

    /// <summary>Returns the ids of an unfolded field. If there are too many, returns the last ones.</summary>
    public static List<string> All(ReadOnlySpan<byte> text) => Last([.. MessageIdParser.Parse(text).Select(id => id.Text)]);

    static List<string> Last(List<string> ids) => ids.Count <= MaxReferences ? ids : ids[^MaxReferences..];
}
