using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// A part of a message as offsets into the stored octets (RFC 2045). The root is the message itself. A multipart has its parts as children; a
/// message/rfc822 or message/global part has one child, the root of the message within. What lies too deep is a leaf.
/// </summary>
public sealed class MimePart
{
    public required MimePartKind Kind { get; init; }

    /// <summary>Where the part's header begins.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Where the part's body begins: after the header's blank line.</summary>
    public required long BodyOffset { get; init; }

    /// <summary>Where the part's body ends; the CRLF before a boundary belongs to the boundary.</summary>
    public required long EndOffset { get; init; }

    public required ContentTransferEncoding Encoding { get; init; }

    public IReadOnlyList<MimePart> Children { get; init; } = [];
}

public enum MimePartKind : byte
{
    Leaf,
    Multipart,
    Message,
}
