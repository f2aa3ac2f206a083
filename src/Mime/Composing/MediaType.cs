using System.Buffers;

namespace AgentPost.Mime.Composing;

/// <summary>Reads the media type of a file with its parameters (RFC 2045 §5).</summary>
static class MediaType
{
    // RFC 6838 §4.2
    const int MaxNameLength = 127;

    // token
    static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // attribute (RFC 2231 §7)
    static readonly SearchValues<char> AttributeChars =
        SearchValues.Create("!#$&+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // The file name has its own property, and only multiparts have a boundary.
    static readonly HashSet<string> OtherParameters = new(StringComparer.OrdinalIgnoreCase) { "name", "boundary" };

    /// <exception cref="ArgumentException">A value has a line end or NUL.</exception>
    public static MimeKit.ContentType Of(MessageFile file)
    {
        var text = HeaderValues.Checked(file.ContentType, "media type");
        // A type with invalid parameters is sent without them.
        var isRead = MimeKit.ContentType.TryParse(text, out var read)
            || MimeKit.ContentType.TryParse(text.Split(';')[0], out read);
        if (!isRead || read is null
            || !Is(read.MediaType, TokenChars) || !Is(read.MediaSubtype, TokenChars) || IsDivided(read))
        {
            return new("application", "octet-stream");
        }
        var type = new MimeKit.ContentType(read.MediaType.ToLowerInvariant(), read.MediaSubtype.ToLowerInvariant());
        var parameters = read.Parameters.Select(parameter => (parameter.Name, parameter.Value)).Concat(file.Parameters);
        foreach (var (name, value) in parameters)
        {
            if (Is(name, AttributeChars) && !OtherParameters.Contains(name))
            {
                type.Parameters[name] = HeaderValues.Checked(value, name);
            }
        }
        return type;
    }

    // A composite type other than a whole message, whose parts would have to be sent as parts.
    static bool IsDivided(MimeKit.ContentType type) => type.IsMimeType("multipart", "*")
        || (type.IsMimeType("message", "*") && type.MediaSubtype.ToLowerInvariant() is not ("rfc822" or "global"));

    static bool Is(string name, SearchValues<char> characters) =>
        name.Length is > 0 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(characters);
}
