using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.View;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>What a client wants to be told of its selected mailbox (RFC 5465 §6.1).</summary>
/// <param name="Expunges">Whether expunges are told also while no command runs.</param>
/// <param name="NewMessage">What is told of each new message, besides that it is there; empty for nothing.</param>
sealed record SelectedEvents(NotifyEvents Events, ExpungeTelling Expunges, ImmutableArray<FetchItem> NewMessage)
{
    /// <summary>Before the first NOTIFY.</summary>
    public static readonly SelectedEvents Usual = new(NotifyEvents.Messages, ExpungeTelling.Held, []);

    /// <summary>NOTIFY NONE, and NOTIFY SET that does not speak of the selected mailbox.</summary>
    public static readonly SelectedEvents None = new(NotifyEvents.None, ExpungeTelling.Held, []);

    /// <summary>Whether anything is told: new and expunged messages come together.</summary>
    public bool TellsMessages => Events.HasFlag(NotifyEvents.MessageNew);

    public bool TellsFlags => Events.HasFlag(NotifyEvents.FlagChange);
}
