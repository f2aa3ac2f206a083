using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>The arguments of NOTIFY SET (RFC 5465 §3.1).</summary>
/// <param name="Groups">Events of mailboxes other than the selected one.</param>
sealed record NotifyRequest(SelectedEvents Selected, IReadOnlyList<EventGroup> Groups)
{
    /// <summary>True if a group has one of the events, for any mailbox.</summary>
    public bool Has(NotifyEvents events) => Groups.Any(group => (group.Events & events) != 0);

    /// <summary>
    /// Returns the events that all groups together request for a mailbox. NONE excludes the mailboxes that it names,
    /// whatever other groups request.
    /// </summary>
    /// <param name="isSubscribed">Returns true if a name is subscribed, or was until just now.</param>
    public NotifyEvents EventsOf(FolderName name, Predicate<FolderName> isSubscribed)
    {
        var groups = Groups.Where(group => group.Filter.Matches(name, isSubscribed)).ToList();
        return groups.Exists(group => group is { Events: NotifyEvents.None, Filter.Kind: not MailboxFilterKind.Personal })
            ? NotifyEvents.None
            : groups.Aggregate(NotifyEvents.None, (events, group) => events | group.Events);
    }

    /// <summary>event-groups = event-group *(SP event-group)</summary>
    public static NotifyRequest Parse(ref CommandParser parser)
    {
        var (selected, groups) = (default(SelectedEvents), new List<EventGroup>());
        do
        {
            // event-group = "(" filter-mailboxes SP events ")"
            parser.Open();
            if (TrySelected(ref parser) is { } expunges)
            {
                selected = selected is null ? ParseSelected(ref parser, expunges) : throw new SyntaxException("The selected mailbox is named twice");
            }
            else
            {
                groups.Add(ParseGroup(ref parser));
            }
            parser.Close();
        }
        while (parser.TrySp());
        return new(selected ?? SelectedEvents.None, groups);
    }

    /// <summary>filter-mailboxes-selected = "selected" / "selected-delayed". Returns null if neither is next.</summary>
    static ExpungeTelling? TrySelected(ref CommandParser parser) =>
        parser.TryAtom("SELECTED"u8) ? ExpungeTelling.Allowed
        : parser.TryAtom("SELECTED-DELAYED"u8) ? ExpungeTelling.Held
        : null;

    static SelectedEvents ParseSelected(ref CommandParser parser, ExpungeTelling expunges)
    {
        parser.Sp();
        var (events, newMessage) = EventList.Parse(ref parser);
        return (events & ~NotifyEvents.Messages) == 0
            ? new(events, expunges, newMessage)
            : throw new SyntaxException("The selected mailbox has events of messages only");
    }

    static EventGroup ParseGroup(ref CommandParser parser)
    {
        var filter = MailboxFilter.Parse(ref parser);
        parser.Sp();
        var (events, newMessage) = EventList.Parse(ref parser);
        return newMessage.IsEmpty ? new(filter, events) : throw new SyntaxException("Only of the selected mailbox can messages be fetched");
    }
}

/// <summary>Events of a set of mailboxes.</summary>
sealed record EventGroup(MailboxFilter Filter, NotifyEvents Events);
