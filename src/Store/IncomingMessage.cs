using System.Buffers;
using AgentPost.Mime;

namespace AgentPost.Store;

/// <summary>
/// A message on its way in: octets are spooled (memory up to 256 KB, then a file) while the scanner sees them. The caller owns it;
/// disposed without having been filed, nothing of it remains.
/// </summary>
public sealed class IncomingMessage : IAsyncDisposable
{
    /// <summary>Octets written so far.</summary>
    public long Octets => throw new NotImplementedException();

    /// <summary>What the scanner found; valid after <see cref="CompleteAsync"/>.</summary>
    public MessageScan Scan => throw new NotImplementedException();

    public ValueTask WriteAsync(ReadOnlySequence<byte> octets, CancellationToken cancellation) => throw new NotImplementedException();

    public ValueTask CompleteAsync(CancellationToken cancellation) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
