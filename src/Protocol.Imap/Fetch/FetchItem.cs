using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>One data item that a FETCH asks for (RFC 9051 §6.4.5).</summary>
abstract record FetchItem
{
    /// <summary>What must be read of the message to write it.</summary>
    public abstract MessageColumns Columns { get; }

    /// <summary>Whether fetching it marks the message as <c>\Seen</c>.</summary>
    public virtual bool SetsSeen => false;

    /// <summary>False when the item needs a Content-Transfer-Encoding undone that is not known; asked before anything of the message is written.</summary>
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
