using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>The section of a message that <c>BODY[…]</c> names (RFC 9051 §6.4.5.1).</summary>
/// <param name="Path">Part numbers, 1-based; empty for the message itself.</param>
/// <param name="FieldNames">The names in HEADER.FIELDS and HEADER.FIELDS.NOT, as the client wrote them.</param>
public sealed record Section(IReadOnlyList<int> Path, SectionText Text, IReadOnlyList<string> FieldNames)
{
    /// <summary>
    /// Returns the range of the section in the message; null if there is no such part. For HEADER.FIELDS[.NOT], the
    /// range is the whole header, which the caller filters with <see cref="HeaderFields.Filter"/>.
    /// </summary>
    public OctetRange? Locate(MimePart root)
    {
        if (Path.Count == 0)
        {
            return Text == SectionText.Mime ? null : OfMessage(root);
        }
        if (FindPart(root) is not { } part)
        {
            return null;
        }
        return Text switch
        {
            SectionText.Whole => Body(part),
            SectionText.Mime => Header(part),
            // HEADER and TEXT refer to the inner message (RFC 9051 §6.4.5.1).
            _ => part.Kind == MimePartKind.Message ? OfMessage(part.Children[0]) : null,
        };
    }

    /// <summary>
    /// Returns the part that the path names, or the message itself if the path is empty; null if there is no such part.
    /// </summary>
    public MimePart? FindPart(MimePart root) => Path.Count == 0 ? root : Find(root);

    OctetRange OfMessage(MimePart message) => Text switch
    {
        SectionText.Whole => new OctetRange(message.HeaderOffset, message.EndOffset - message.HeaderOffset),
        SectionText.Text => Body(message),
        _ => Header(message),
    };

    // The first number names a part of the message; each other number names a part of the previous part.
    MimePart? Find(MimePart root)
    {
        var part = Child(root, Path[0]);
        for (var i = 1; i < Path.Count && part is not null; i++)
        {
            part = part.Kind switch
            {
                MimePartKind.Multipart => At(part.Children, Path[i]),
                MimePartKind.Message => Child(part.Children[0], Path[i]),
                _ => null,
            };
        }
        return part;
    }

    // A message that is not a multipart has one part: its body.
    static MimePart? Child(MimePart message, int number) =>
        message.Kind == MimePartKind.Multipart ? At(message.Children, number) : number == 1 ? message : null;

    static MimePart? At(IReadOnlyList<MimePart> parts, int number) => number >= 1 && number <= parts.Count ? parts[number - 1] : null;

    static OctetRange Header(MimePart part) => new(part.HeaderOffset, part.BodyOffset - part.HeaderOffset);

    static OctetRange Body(MimePart part) => new(part.BodyOffset, part.EndOffset - part.BodyOffset);
}

/// <summary>Which portion of the part is meant.</summary>
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

/// <summary>Range of bytes [Offset, Offset + Octets) of a stored message.</summary>
public readonly record struct OctetRange(long Offset, long Octets);
