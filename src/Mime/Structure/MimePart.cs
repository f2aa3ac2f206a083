using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// A part of a message as offsets into the stored bytes (RFC 2045). The root is the message itself. The children of a
/// multipart are its parts. A message/rfc822 or message/global part has one child, the root of the inner message. Parts
/// at the maximum depth are leaves.
/// </summary>
public sealed class MimePart
{
    public required MimePartKind Kind { get; init; }

    /// <summary>Offset of the part's header.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Offset of the part's body, after the header's blank line.</summary>
    public required long BodyOffset { get; init; }

    /// <summary>Offset of the end of the part's body. The CRLF before a boundary belongs to the boundary.</summary>
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
