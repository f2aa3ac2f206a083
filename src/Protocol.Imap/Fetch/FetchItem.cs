using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>One data item that a FETCH requests (RFC 9051 §6.4.5).</summary>
abstract record FetchItem
{
    /// <summary>Columns of the message that must be read to write the item.</summary>
    public abstract MessageColumns Columns { get; }

    /// <summary>True if fetching the item sets <c>\Seen</c>.</summary>
    public virtual bool SetsSeen => false;

    /// <summary>
    /// False if the item needs an unknown Content-Transfer-Encoding to be decoded. Called before any data of the
    /// message is written.
    /// </summary>
    public virtual bool CanDecode(FetchedMessage message) => true;

    /// <summary>Writes the item's name and its data.</summary>
    public abstract ValueTask WriteAsync(FetchOutput output, FetchedMessage message, CancellationToken cancellation);
}

/// <summary>An item without arguments: a row of <see cref="FetchItems"/>.</summary>
sealed record PlainItem(string Name, MessageColumns Needs, Action<FetchOutput, FetchedMessage> Write) : FetchItem
{
    public override MessageColumns Columns => Needs;

    public override ValueTask WriteAsync(FetchOutput output, FetchedMessage message, CancellationToken cancellation)
    {
        output.Writer.Atom(Name).Sp();
        Write(output, message);
        return ValueTask.CompletedTask;
    }
}
