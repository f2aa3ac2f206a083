namespace AgentPost.Mime.Structure;

/// <summary>A part of a message that holds content, as BODYSTRUCTURE tells of it; a message within counts as one part.</summary>
/// <param name="Path">Part numbers (RFC 9051 §6.4.5.1), as <see cref="Section.Path"/>.</param>
/// <param name="ContentType">Type and subtype in lower case.</param>
/// <param name="FileName">Decoded; for an attached message without one, its subject and ".eml". Null when it has none.</param>
/// <param name="ContentId">Without angle brackets; null when it has none.</param>
/// <param name="Disposition">In lower case; null when it has none.</param>
/// <param name="Octets">Of its body as it is stored, encoded.</param>
/// <param name="Encoding">Content-Transfer-Encoding in upper case.</param>
public sealed record BodyPart(
    IReadOnlyList<int> Path, string ContentType, string? FileName, string? ContentId, string? Disposition, long Octets, string Encoding)
{
    /// <summary>
    /// The decoded parameters of the media type, names in lower case, without the file name and the boundary. Values
    /// with control characters are omitted.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>True if the file name is not in the message.</summary>
    internal bool IsNamedBySubject { get; init; }

    /// <summary>Whether it is a file of its own, not text to be read in place.</summary>
    public bool IsAttachment => FileName is not null || Disposition == "attachment" || ContentType is not ("text/plain" or "text/html");

    /// <summary>
    /// Approximate decoded size in bytes, for messages that were stored before <see cref="PartContent"/> had exact sizes.
    /// </summary>
    public long DecodedOctets => Encoding == "BASE64" ? Octets / 78 * 57 + (Octets % 78 * 3 / 4) : Octets;
}
