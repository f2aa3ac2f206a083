using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// LIST (RFC 9051 §6.3.9, RFC 3501 §6.3.8), plain or extended (RFC 5258), with STATUS on request (RFC 5819). Children
/// (RFC 3348) and special uses (RFC 6154) are always reported: without them, Apple Mail, iOS and Outlook create folders
/// of their own.
/// </summary>
/// <param name="Options">Null for the plain form.</param>
sealed record ListCommand(string Reference, IReadOnlyList<string> Patterns, ListOptions? Options) : AuthenticatedCommand
{
    const int MostPatterns = 1000;

    static readonly ListOptions Plain = new(ListSelection.None, ListReturn.None, []);

    // list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
    public static ListCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var isExtended = parser.IsNext((byte)'(');
        var options = Plain;
        if (isExtended)
        {
            options = options with { Selection = ListOptions.ParseSelection(ref parser) };
            parser.Sp();
        }
        var reference = parser.Reference();
        parser.Sp();
        isExtended |= parser.IsNext((byte)'(');
        var patterns = ParsePatterns(ref parser);
        if (parser.TrySp())
        {
            isExtended = true;
            var (returned, status) = ListOptions.ParseReturn(ref parser);
            options = options with { Return = returned, Status = status };
        }
        parser.End();
        return new(reference, patterns, isExtended ? options : null);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (Options is null && Patterns is [""])
        {
            // The client asks only for the separator.
            context.Writer.Untagged().Atom("LIST (\\Noselect) \"/\" \"\""u8).CrLf();
        }
        else
        {
            await WriteMatchesAsync(context, Options ?? Plain, cancellation);
        }
        return Completion.Ok("LIST completed");
    }

    /// <summary>mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"</summary>
    static List<string> ParsePatterns(ref CommandParser parser)
    {
        if (!parser.TryOpen())
        {
            return [parser.ListMailbox()];
        }
        var patterns = new List<string>();
        do
        {
            patterns.Add(parser.ListMailbox());
        }
        while (parser.TrySp());
        parser.Close();
        return patterns.Count <= MostPatterns ? patterns : throw new SyntaxException($"LIST takes at most {MostPatterns} patterns");
    }

    async ValueTask WriteMatchesAsync(AuthenticatedContext context, ListOptions options, CancellationToken cancellation)
    {
        var list = await context.Store.Folders.ListAsync(context.Inbox, cancellation);
        var attributes = new FolderAttributes(list.Folders);
        // An empty pattern among those of an extended LIST matches nothing (RFC 5258 §3).
        var patterns = Patterns.Where(pattern => pattern.Length > 0).Select(pattern => new MailboxPattern(Reference + pattern)).ToArray();
        var selector = new ListSelector(list, patterns, options.Selection);
        foreach (var listed in selector.Find())
        {
            var isSubscribed = options.TellsSubscribed && selector.IsSubscribed(listed.Name);
            Write(context.Writer, listed, attributes.Of(listed.Name) + (isSubscribed ? @" \Subscribed" : ""), options);
            if (options.Status.Count > 0 && listed is { IsSelected: true, Folder: { } folder })
            {
                await WriteStatusAsync(context, folder, options.Status, cancellation);
            }
            await context.Writer.FlushIfLargeAsync(cancellation);
        }
    }

    static void Write(ResponseWriter writer, ListedName listed, string attributes, ListOptions options)
    {
        writer.List(attributes, listed.Name);
        if (listed.HasSelectedBelow)
        {
            writer.Sp().Atom(options.ChildInfo());
        }
        writer.CrLf();
    }

    // A folder that was deleted in the meantime has no STATUS (RFC 5819 §2).
    static async ValueTask WriteStatusAsync(
        AuthenticatedContext context, Folder folder, IReadOnlyList<StatusItem> items, CancellationToken cancellation)
    {
        try
        {
            await StatusResponse.WriteAsync(context, folder, items, cancellation);
        }
        catch (StoreRefusedException exception) when (exception.Refusal is Refusal.FolderNotFound)
        {
        }
    }
}
