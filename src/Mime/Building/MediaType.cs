namespace AgentPost.Mime;

/// <summary>The type that a file says it has, made safe to be written.</summary>
readonly record struct MediaType(string Name, string? Charset)
{
    const int MaxOctets = 127;

    static readonly MediaType Unknown = new("application/octet-stream", null);

    public bool IsMessage => Name is "message/rfc822" or "message/global";

    /// <summary>Of the parameters only the charset of a text is kept. Any other composite type is unknown: it would have to be taken apart.</summary>
    public static MediaType Read(string contentType)
    {
        var pieces = contentType.Split(';', StringSplitOptions.TrimEntries);
        var names = pieces[0].ToLowerInvariant().Split('/');
        if (names is not [var type, var subtype] || !IsToken(type) || !IsToken(subtype) || type == "multipart")
        {
            return Unknown;
        }
        var media = new MediaType($"{type}/{subtype}", null);
        if (type == "message" && !media.IsMessage)
        {
            return Unknown;
        }
        var charset = type == "text" ? pieces.Skip(1).FirstOrDefault(p => p.StartsWith("charset=", StringComparison.OrdinalIgnoreCase))?[8..].Trim('"') : null;
        return media with { Charset = charset is not null && IsToken(charset) ? charset : null };
    }

    static bool IsToken(string text) => text.Length is > 0 and <= MaxOctets && !text.AsSpan().ContainsAnyExcept(FieldValue.TokenChars);
}
