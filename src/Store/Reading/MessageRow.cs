using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>One message of a batch.</summary>
public sealed class MessageRow
{
    public Uid Uid { get; init; }
    public MessageId MessageId { get; init; }
    public ThreadId ThreadId { get; init; }
    public long Size { get; init; }
    public DateTimeOffset InternalAt { get; init; }
    public DateTimeOffset SavedAt { get; init; }
    public ReadOnlyMemory<byte> Header { get; init; }
    public ReadOnlyMemory<byte> Envelope { get; init; }
    public ReadOnlyMemory<byte> BodyStructure { get; init; }
    public ReadOnlyMemory<byte> Parts { get; init; }
    public ReadOnlyMemory<byte> Octets { get; init; }
    public string Preview { get; init; } = "";
}
