namespace AgentPost.Mime;

/// <summary>A file that goes along with a message.</summary>
/// <param name="ContentType">Type and subtype, as <c>image/png</c>. What is a multipart or not understood is sent as <c>application/octet-stream</c>.</param>
/// <param name="Open">Opens the content; it is read once from there to its end, a piece at a time, and disposed.</param>
public sealed record MessageFile(string ContentType, Func<CancellationToken, ValueTask<Stream>> Open)
{
    /// <summary>The name shown to the reader, in any script; null when there is none.</summary>
    public string? FileName { get; init; }

    /// <summary>What the HTML calls it, without angle brackets: <c>&lt;img src="cid:…"&gt;</c>. Needed for inline files only.</summary>
    public string? ContentId { get; init; }

    /// <summary>A file that lies in memory.</summary>
    public static MessageFile FromMemory(string contentType, byte[] content) => new(contentType, _ => ValueTask.FromResult<Stream>(new MemoryStream(content, writable: false)));
}
