using System.Buffers;

namespace AgentPost.Mime;

/// <summary>Works on the octets of a header.</summary>
public static class HeaderFields
{
    /// <summary>
    /// Writes the fields whose names are (or, inverted, are not) among the given ones, octet for octet in their order, then the blank line that ends the header
    /// (RFC 9051 §6.4.5.1: always there, whether or not fields match).
    /// </summary>
    public static void Filter(ReadOnlySpan<byte> header, IReadOnlyList<string> names, HeaderFilter filter, IBufferWriter<byte> output) => throw new NotImplementedException();
}

public enum HeaderFilter
{
    Only,
    AllBut,
}
