using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Receives the parts of a message from <see cref="MimeScanner"/>, in the order of its bytes. Spans and headers are
/// valid only during the call.
/// </summary>
interface IMimeSink
{
    /// <summary>The part's header is complete: its kind, type and encoding are known.</summary>
    void HeaderEnded(ScannedPart part, HeaderBlock header);

    /// <summary>
    /// Bytes of a leaf's body, or of a multipart before its first part (the text of a multipart without parts). In
    /// pieces of any size.
    /// </summary>
    void Body(ScannedPart part, ReadOnlySpan<byte> octets);

    void Ended(ScannedPart part);
}
