using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// LSUB (RFC 3501 §6.3.9): subscribed names, whether or not their folders still exist. Special uses are included,
/// because Apple Mail looks for them only here.
/// </summary>
sealed record LsubCommand(string Reference, string Pattern) : AuthenticatedCommand
{
    const string NoSelect = @"\Noselect";

    // lsub = "LSUB" SP mailbox SP list-mailbox
    public static LsubCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var reference = parser.Reference();
        parser.Sp();
        var pattern = parser.ListMailbox();
        parser.End();
        return new(reference, pattern);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var list = await context.Store.Folders.ListAsync(context.Inbox, cancellation);
        var pattern = new MailboxPattern(Reference + Pattern);
        var attributes = new FolderAttributes(list.Folders);
        var subscribed = list.Subscriptions.ToHashSet();
        var told = new HashSet<FolderName>();
        foreach (var subscription in list.Subscriptions)
        {
            if (Told(subscription, pattern, subscribed) is { } name && told.Add(name))
            {
                var shown = subscribed.Contains(name) && attributes.Exists(name) ? attributes.Of(name) : NoSelect;
                context.Writer.Untagged().Atom("LSUB "u8).Open().Atom(shown).Close().Atom(" \"/\" "u8).Mailbox(name).CrLf();
                await context.Writer.FlushIfLargeAsync(cancellation);
            }
        }
        return Completion.Ok("LSUB completed");
    }

    /// <summary>
    /// Returns the name to report for a subscription: the subscription itself if it matches. Otherwise, if the pattern
    /// stops at a level, its matching ancestor, unless that is also subscribed (RFC 3501 §6.3.9). Returns null if there
    /// is none.
    /// </summary>
    static FolderName? Told(FolderName subscription, MailboxPattern pattern, HashSet<FolderName> subscribed)
    {
        if (pattern.Matches(subscription))
        {
            return subscription;
        }
        for (var name = pattern.StopsAtLevels ? subscription.Parent : null; name is not null; name = name.Parent)
        {
            if (pattern.Matches(name))
            {
                return subscribed.Contains(name) ? null : name;
            }
        }
        return null;
    }
}
