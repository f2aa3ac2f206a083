using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>The mailboxes of an event group, other than the selected one (RFC 5465 §6).</summary>
/// <param name="Names">For <see cref="MailboxFilterKind.Subtree"/> and <see cref="MailboxFilterKind.Mailboxes"/>,
/// without names that no mailbox can have.</param>
sealed record MailboxFilter(MailboxFilterKind Kind, IReadOnlyList<FolderName> Names)
{
    static readonly (string Name, MailboxFilterKind Kind)[] Rows =
    [
        ("PERSONAL", MailboxFilterKind.Personal),
        // Clients can file new messages in any mailbox, so INBOXES is treated like PERSONAL (RFC 5465 §6.3).
        ("INBOXES", MailboxFilterKind.Personal),
        ("SUBSCRIBED", MailboxFilterKind.Subscribed),
        ("SUBTREE", MailboxFilterKind.Subtree),
        ("MAILBOXES", MailboxFilterKind.Mailboxes),
    ];

    /// <summary>
    /// filter-mailboxes-other = "inboxes" / "personal" / "subscribed" / ("subtree" SP one-or-more-mailbox) /
    /// ("mailboxes" SP one-or-more-mailbox)
    /// </summary>
    public static MailboxFilter Parse(ref CommandParser parser)
    {
        var name = parser.Atom();
        foreach (var row in Rows)
        {
            if (row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return new(row.Kind, row.Kind is MailboxFilterKind.Subtree or MailboxFilterKind.Mailboxes ? ParseNames(ref parser) : []);
            }
        }
        throw new SyntaxException($"Unknown mailboxes {name}");
    }

    /// <param name="isSubscribed">Returns true if a name is subscribed, or was until just now.</param>
    public bool Matches(FolderName name, Predicate<FolderName> isSubscribed) => Kind switch
    {
        MailboxFilterKind.Personal => true,
        MailboxFilterKind.Subscribed => isSubscribed(name),
        MailboxFilterKind.Subtree => Names.Any(root => name == root || name.IsBelow(root)),
        _ => Names.Contains(name),
    };

    /// <summary>SP one-or-more-mailbox; one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"</summary>
    static List<FolderName> ParseNames(ref CommandParser parser)
    {
        var names = new List<FolderName>();
        parser.Sp();
        var isEnclosed = parser.TryOpen();
        do
        {
            if (parser.MailboxIfPossible() is { } name)
            {
                names.Add(name);
            }
        }
        while (isEnclosed && parser.TrySp());
        if (isEnclosed)
        {
            parser.Close();
        }
        return names;
    }
}

enum MailboxFilterKind
{
    Personal,
    Subscribed,
    Subtree,
    Mailboxes,
}
