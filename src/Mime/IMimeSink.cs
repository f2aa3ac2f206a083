namespace AgentPost.Mime;

/// <summary>What <see cref="MimeScanner"/> tells of a message, in the order of its octets. Spans and headers are valid during the call only.</summary>
interface IMimeSink
{
    /// <summary>The part's header is whole: its kind, type and encoding are known.</summary>
    void HeaderEnded(ScannedPart part, HeaderBlock header);

    /// <summary>Octets of a leaf's body, in pieces of any size.</summary>
    void Body(ScannedPart leaf, ReadOnlySpan<byte> octets);

    void Ended(ScannedPart part);
}
