namespace AgentPost.Mime.Structure;

/// <summary>Receives decoded content piece by piece. Spans are valid during the call only.</summary>
public interface IDecodedContent
{
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>The field or body is complete; what follows is another one.</summary>
    void End();
}
