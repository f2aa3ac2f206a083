using System.Buffers;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>A message that arrives in chunks (RFC 3030), over several commands. Owned by the session; disposed when its transaction is over.</summary>
sealed class ChunkedMessage(MailTransaction mail, IncomingMessage message, long limit) : IAsyncDisposable
{
    readonly LineEndCheck _check = new();
    long _octets;

    public MailTransaction Mail { get; } = mail;

    public IncomingMessage Message { get; } = message;

    /// <summary>What is wrong with the chunks so far.</summary>
    public DataFault Fault => _check.Fault == DataFault.None && _octets > limit ? DataFault.TooBig : _check.Fault;

    public async ValueTask WriteAsync(ReadOnlySequence<byte> octets, CancellationToken cancellation)
    {
        _octets += octets.Length;
        _check.Write(octets);
        if (Fault == DataFault.None)
        {
            await Message.WriteAsync(octets, cancellation);
        }
    }

    /// <summary>No chunk follows.</summary>
    public void End() => _check.Complete();

    public ValueTask DisposeAsync() => Message.DisposeAsync();
}
