namespace AgentPost.Mime;

/// <summary>Which names fields may have that a caller adds to a message.</summary>
static class FurtherFields
{
    const int MaxNameOctets = 76;

    // Written from properties of their own, with a grammar.
    static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
    };

    /// <exception cref="ArgumentException">It is no field name, or that of a field with a property of its own.</exception>
    public static string Checked(string name)
    {
        // ftext
        var isName = name.Length is > 0 and <= MaxNameOctets && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains(':');
        return isName && !Own.Contains(name) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            ? name
            : throw new ArgumentException($"\"{name}\" cannot be added to a header", nameof(name));
    }
}
