namespace AgentPost.Store;

/// <summary>Reads messages. No call leaves a database connection open.</summary>
public sealed class Messages
{
    /// <summary>
    /// Reads rows for the given UIDs (ascending) of a folder, in ascending order; entries expunged within the last hour are still
    /// found. UIDs that are nowhere are left out. The caller disposes the batch and asks for at most about 1 MB at a time.
    /// </summary>
    public ValueTask<MessageBatch> ReadBatchAsync(FolderKey folder, ReadOnlyMemory<Uid> uids, MessageColumns columns, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>
    /// Reads octets of a message from an offset into <paramref name="destination"/>, at most to the end of the 256 KB chunk that holds the
    /// offset; 0 at the end of the message.
    /// </summary>
    public ValueTask<int> ReadOctetsAsync(InboxId inbox, MessageId message, long offset, Memory<byte> destination, CancellationToken cancellation) =>
        throw new NotImplementedException();
}

/// <summary>Which columns a read needs besides UID and message id; what is not asked for is left empty.</summary>
[Flags]
public enum MessageColumns
{
    None = 0,
    Size = 1,
    InternalAt = 2,
    SavedAt = 4,
    ThreadId = 8,
    Header = 16,
    Envelope = 32,
    BodyStructure = 64,
    Parts = 128,
    Preview = 256,

    /// <summary>The first 256 KB of the message.</summary>
    Octets = 512,
}

/// <summary>Rows read in one query. Their memory is valid until the batch is disposed.</summary>
public sealed class MessageBatch : IDisposable
{
    public IReadOnlyList<MessageRow> Rows => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

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
