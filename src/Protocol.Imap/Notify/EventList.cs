using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>The events of one group of NOTIFY.</summary>
/// <param name="NewMessage">Items to fetch from each new message in the selected mailbox; empty for none.</param>
sealed record EventList(NotifyEvents Events, ImmutableArray<FetchItem> NewMessage)
{
    static readonly EventList None = new(NotifyEvents.None, []);

    // Annotations of messages (RFC 5257) are not supported, so AnnotationChange is not listed.
    static readonly (string Name, NotifyEvents Event)[] Rows =
    [
        ("MessageNew", NotifyEvents.MessageNew),
        ("MessageExpunge", NotifyEvents.MessageExpunge),
        ("FlagChange", NotifyEvents.FlagChange),
        ("MailboxName", NotifyEvents.MailboxName),
        ("SubscriptionChange", NotifyEvents.SubscriptionChange),
        ("MailboxMetadataChange", NotifyEvents.MailboxMetadataChange),
        ("ServerMetadataChange", NotifyEvents.ServerMetadataChange),
    ];

    /// <summary>
    /// unsupported-events-code = "BADEVENT" SP "(" event-name *(SP event-name) ")", with all supported events
    /// </summary>
    static string BadEvent => $"BADEVENT ({string.Join(' ', Rows.Select(row => row.Name))})";

    /// <summary>
    /// events = "(" event *(SP event) ")" / "NONE" (RFC 5465 §8). The RFC's examples omit the parentheses; the list
    /// then ends with the group.
    /// </summary>
    public static EventList Parse(ref CommandParser parser)
    {
        if (parser.TryAtom("NONE"u8))
        {
            return None;
        }
        var isEnclosed = parser.TryOpen();
        var (events, isKnown) = (None, true);
        do
        {
            isKnown &= events.TryAdd(ref parser, out events);
        }
        while (parser.TrySp());
        if (isEnclosed)
        {
            parser.Close();
        }
        return isKnown ? events.Checked() : throw new RefusedException(Completion.No(BadEvent, "One of the events is none of these"));
    }

    /// <summary>
    /// event = "MessageNew" [SP "(" fetch-att *(SP fetch-att) ")"] / … / atom. Returns false for an unsupported event.
    /// </summary>
    bool TryAdd(ref CommandParser parser, out EventList events)
    {
        events = this;
        var name = parser.Atom();
        if (Array.Find(Rows, row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { Name: not null } row)
        {
            return false;
        }
        events = this with { Events = Events | row.Event };
        var ahead = parser;
        if (row.Event is NotifyEvents.MessageNew && ahead.TrySp() && ahead.IsNext((byte)'('))
        {
            parser = ahead;
            events = events with { NewMessage = [.. FetchItems.Parse(ref parser)] };
        }
        return true;
    }

    EventList Checked() => Events.HasFlag(NotifyEvents.MessageNew) != Events.HasFlag(NotifyEvents.MessageExpunge)
        ? throw new SyntaxException("MessageNew and MessageExpunge go together")
        : Events.HasFlag(NotifyEvents.FlagChange) && !Events.HasFlag(NotifyEvents.MessageNew)
            ? throw new SyntaxException("FlagChange needs MessageNew and MessageExpunge beside it")
            : this;
}
