using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>
/// LIST in the form of RFC 3501 §6.3.8, with CHILDREN (RFC 3348) and special uses (RFC 6154) always: Apple Mail, iOS and Outlook make folders of their
/// own when they see none. XLIST is the same by the name under which old Outlook asks for special uses.
/// </summary>
sealed record ListCommand(string Response, string Reference, string Pattern) : AuthenticatedCommand
{
    const string Xlist = "XLIST";

    // list = "LIST" SP mailbox SP list-mailbox
    public static ListCommand Parse(ref CommandParser parser) => Parse(ref parser, "LIST");

    public static ListCommand ParseXlist(ref CommandParser parser) => Parse(ref parser, Xlist);

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (Pattern.Length == 0)
        {
            // Asks for the separator only.
            context.Writer.Untagged().Atom(Response).Atom(@" (\Noselect) ""/"" """"").CrLf();
        }
        else
        {
            var folders = await context.Store.Folders.ListAsync(context.Inbox, cancellation);
            await WriteMatchesAsync(context, folders.Folders, cancellation);
        }
        return Completion.Ok($"{Response} completed");
    }

    static ListCommand Parse(ref CommandParser parser, string response)
    {
        parser.Sp();
        var reference = parser.Reference();
        parser.Sp();
        var pattern = parser.ListMailbox();
        parser.End();
        return new(response, reference, pattern);
    }

    async ValueTask WriteMatchesAsync(AuthenticatedContext context, IReadOnlyList<Folder> folders, CancellationToken cancellation)
    {
        var pattern = new MailboxPattern(Reference + Pattern);
        var attributes = new FolderAttributes(folders);
        foreach (var folder in folders)
        {
            if (pattern.Matches(folder.Name))
            {
                var extra = Response == Xlist && folder.Name == FolderName.Inbox ? @" \Inbox" : "";
                context.Writer.Untagged().Atom(Response).Sp().Open().Atom(attributes.Of(folder.Name)).Atom(extra).Close()
                    .Atom(" \"/\" "u8).Mailbox(folder.Name).CrLf();
                await context.Writer.FlushIfLargeAsync(cancellation);
            }
        }
    }
}
