using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// XLIST: a plain LIST under the name that clients from before RFC 6154 use to request special uses (for example
/// Outlook 2013 and 2016). INBOX is also marked, and spam also has its old name.
/// </summary>
sealed record XlistCommand(string Reference, string Pattern) : AuthenticatedCommand
{
    // xlist = "XLIST" SP mailbox SP list-mailbox
    public static XlistCommand Parse(ref CommandParser parser)
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
        if (Pattern.Length == 0)
        {
            // The client asks only for the separator.
            context.Writer.Untagged().Atom("XLIST (\\Noselect) \"/\" \"\""u8).CrLf();
        }
        else
        {
            var list = await context.Store.Folders.ListAsync(context.Inbox, cancellation);
            await WriteMatchesAsync(context.Writer, list, cancellation);
        }
        return Completion.Ok("XLIST completed");
    }

    async ValueTask WriteMatchesAsync(ResponseWriter writer, FolderList list, CancellationToken cancellation)
    {
        var attributes = new FolderAttributes(list.Folders);
        foreach (var listed in new ListSelector(list, [new(Reference + Pattern)], ListSelection.None).Find())
        {
            var inbox = listed.Name == FolderName.Inbox ? @" \Inbox" : "";
            var uses = attributes.Of(listed.Name).Replace(@"\Junk", @"\Junk \Spam", StringComparison.Ordinal);
            writer.Untagged().Atom("XLIST "u8).Open().Atom(uses).Atom(inbox).Close().Atom(" \"/\" "u8).Mailbox(listed.Name).CrLf();
            await writer.FlushIfLargeAsync(cancellation);
        }
    }
}
