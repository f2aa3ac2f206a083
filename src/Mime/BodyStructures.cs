using System.Buffers;

namespace AgentPost.Mime;

/// <summary>Works on a rendered BODYSTRUCTURE.</summary>
public static class BodyStructures
{
    /// <summary>Writes it as FETCH BODY does: the same without extension data (RFC 9051 §7.5.2).</summary>
    public static void WriteBody(ReadOnlySpan<byte> bodyStructure, IBufferWriter<byte> output) => throw new NotImplementedException();
}
