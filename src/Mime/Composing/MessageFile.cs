namespace AgentPost.Mime.Composing;

/// <summary>A file to attach to a message.</summary>
/// <param name="ContentType">The media type, with its parameters if it has any: <c>text/calendar; method=REQUEST</c>.
/// An invalid type, and any multipart type, becomes <c>application/octet-stream</c>.</param>
/// <param name="Open">Opens the content. It is read once, piece by piece, and disposed.</param>
public sealed record MessageFile(string ContentType, Func<CancellationToken, ValueTask<Stream>> Open)
{
    /// <summary>Further parameters of the media type, decoded. Those without a valid name are ignored.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>The file name, in any script; null if there is none.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// The id with which the HTML references an inline file (<c>&lt;img src="cid:…"&gt;</c>), without angle brackets.
    /// </summary>
    public string? ContentId { get; init; }

    /// <summary>Creates a file from content in memory.</summary>
    public static MessageFile FromMemory(string contentType, byte[] content) =>
        new(contentType, _ => ValueTask.FromResult<Stream>(new MemoryStream(content, writable: false)));
}
