using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>What <see cref="MimeScanner"/> tells of a message, in the order of its octets. Spans and headers are valid during the call only.</summary>
interface IMimeSink
{
    /// <summary>The part's header is whole: its kind, type and encoding are known.</summary>
    void HeaderEnded(ScannedPart part, HeaderBlock header);

    /// <summary>
    /// Bytes of a leaf's body, or of a multipart before its first part: what turns out to be the text of a multipart without parts. In pieces of any size.
    /// </summary>
    void Body(ScannedPart part, ReadOnlySpan<byte> octets);

    void Ended(ScannedPart part);
}
