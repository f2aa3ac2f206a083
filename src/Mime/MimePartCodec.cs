namespace AgentPost.Mime;

/// <summary>The compact form in which a store keeps a part tree: one version octet, then variable-length numbers, parts in preorder.</summary>
public static class MimePartCodec
{
    public static byte[] Encode(MimePart root) => throw new NotImplementedException();

    /// <summary>Throws <see cref="FormatException"/> for octets that <see cref="Encode"/> did not write.</summary>
    public static MimePart Decode(ReadOnlySpan<byte> octets) => throw new NotImplementedException();
}
