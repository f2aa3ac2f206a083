namespace AgentPost.Mime;

/// <summary>The section of a message that <c>BODY[…]</c> names (RFC 9051 §6.4.5.1).</summary>
/// <param name="Path">Part numbers, 1-based; empty for the message itself.</param>
/// <param name="FieldNames">For HEADER.FIELDS and HEADER.FIELDS.NOT, as the client wrote them.</param>
public sealed record Section(IReadOnlyList<int> Path, SectionText Text, IReadOnlyList<string> FieldNames)
{
    /// <summary>
    /// Where the section lies in the message; null when there is no such part. For HEADER.FIELDS[.NOT] it is the whole header, to be filtered with
    /// <see cref="HeaderFields.Filter"/>.
    /// </summary>
    public OctetRange? Locate(MimePart root) => throw new NotImplementedException();
}

/// <summary>What of the part is meant.</summary>
public enum SectionText
{
    /// <summary>The whole message, or the body of a part.</summary>
    Whole,
    Header,
    HeaderFields,
    HeaderFieldsNot,
    Text,
    Mime,
}

/// <summary>Octets [Offset, Offset + Octets) of a stored message.</summary>
public readonly record struct OctetRange(long Offset, long Octets);
