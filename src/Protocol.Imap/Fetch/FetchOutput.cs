using System.Buffers;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>The output of FETCH items.</summary>
/// <param name="Octets">Reads bytes of a message that are not in its row.</param>
sealed record FetchOutput(ResponseWriter Writer, OctetSource Octets)
{
    readonly ArrayBufferWriter<byte> _scratch = new();

    /// <summary>
    /// Returns an empty buffer, for data whose length must be known before it is written. Each call clears the buffer.
    /// </summary>
    public ArrayBufferWriter<byte> Scratch()
    {
        _scratch.ResetWrittenCount();
        return _scratch;
    }
}

/// <summary>
/// Reads bytes of a message like <see cref="Messages.ReadOctetsAsync"/>, in the inbox of the session.
/// </summary>
delegate ValueTask<int> OctetSource(MessageId message, long offset, Memory<byte> destination, CancellationToken cancellation);
