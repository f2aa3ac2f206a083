using System.Buffers;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>Where FETCH items write to.</summary>
/// <param name="Octets">Reads what a row does not hold of a message's octets.</param>
sealed record FetchOutput(ResponseWriter Writer, OctetSource Octets)
{
    readonly ArrayBufferWriter<byte> _scratch = new();

    /// <summary>Room for data whose length must be known before it is written; emptied each time.</summary>
    public ArrayBufferWriter<byte> Scratch()
    {
        _scratch.ResetWrittenCount();
        return _scratch;
    }
}

/// <summary>Reads octets of a message as <see cref="Messages.ReadOctetsAsync"/> does, in the inbox of the session.</summary>
delegate ValueTask<int> OctetSource(MessageId message, long offset, Memory<byte> destination, CancellationToken cancellation);
