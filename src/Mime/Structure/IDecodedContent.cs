namespace AgentPost.Mime.Structure;

/// <summary>Receives decoded content piece by piece. Spans are valid only during the call.</summary>
public interface IDecodedContent
{
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Ends a field or body; another one may follow.</summary>
    void End();
}
