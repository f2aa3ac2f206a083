namespace AgentPost.Mime.Structure;

/// <summary>
/// A part of a message that holds content, as described by BODYSTRUCTURE. An attached message counts as one part.
/// </summary>
/// <param name="Path">Part numbers (RFC 9051 §6.4.5.1), as in <see cref="Section.Path"/>.</param>
/// <param name="ContentType">Type and subtype in lower case.</param>
/// <param name="FileName">Decoded; for an attached message without one, its subject and ".eml". Null if it has
/// none.</param>
/// <param name="ContentId">Without angle brackets; null if it has none.</param>
/// <param name="Disposition">In lower case; null if it has none.</param>
/// <param name="Octets">Size of its encoded body in bytes.</param>
/// <param name="Encoding">Content-Transfer-Encoding in upper case.</param>
public sealed record BodyPart(
    IReadOnlyList<int> Path, string ContentType, string? FileName, string? ContentId, string? Disposition, long Octets, string Encoding)
{
    /// <summary>
    /// The decoded parameters of the media type, names in lower case, without the file name and the boundary. Values
    /// with control characters are omitted.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>True if the file name is generated and not in the message.</summary>
    internal bool IsNamedBySubject { get; init; }

    /// <summary>True if the part is a separate file, not text that is displayed inline.</summary>
    public bool IsAttachment => FileName is not null || Disposition == "attachment" || ContentType is not ("text/plain" or "text/html");

    /// <summary>
    /// Decoded size in bytes, approximate for base64; for messages that were stored before <see cref="PartContent"/>
    /// had exact sizes.
    /// </summary>
    public long DecodedOctets => Encoding == "BASE64" ? Octets / 78 * 57 + (Octets % 78 * 3 / 4) : Octets;
}
