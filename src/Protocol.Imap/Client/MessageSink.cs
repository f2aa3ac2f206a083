namespace AgentPost.Protocol.Imap.Client;

/// <summary>Where the octets of a fetched message go, once.</summary>
sealed class MessageSink(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, long mostOctets)
{
    /// <summary>Octets of the message; null until it has come.</summary>
    public long? Octets { get; private set; }

    public bool IsTooLong => Octets > mostOctets;

    public void Begin(long octets)
    {
        if (Octets is not null)
        {
            throw new ImapPeerException(ImapFault.Nonsense, "The server sends two messages where one was asked for");
        }
        Octets = octets;
    }

    /// <summary>Of a message that is too long nothing is passed on.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => IsTooLong ? ValueTask.CompletedTask : write(octets, cancellation);
}
