using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.View;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>Events that a client wants about its selected mailbox (RFC 5465 §6.1).</summary>
/// <param name="Expunges">Whether expunges are also reported while no command runs.</param>
/// <param name="NewMessage">Items to fetch from each new message, in addition to EXISTS; empty for none.</param>
sealed record SelectedEvents(NotifyEvents Events, ExpungeTelling Expunges, ImmutableArray<FetchItem> NewMessage)
{
    /// <summary>The default before the first NOTIFY.</summary>
    public static readonly SelectedEvents Usual = new(NotifyEvents.Messages, ExpungeTelling.Held, []);

    /// <summary>For NOTIFY NONE, and for NOTIFY SET without the selected mailbox.</summary>
    public static readonly SelectedEvents None = new(NotifyEvents.None, ExpungeTelling.Held, []);

    /// <summary>True if new and expunged messages are reported. A client can request them only together.</summary>
    public bool TellsMessages => Events.HasFlag(NotifyEvents.MessageNew);

    public bool TellsFlags => Events.HasFlag(NotifyEvents.FlagChange);
}
