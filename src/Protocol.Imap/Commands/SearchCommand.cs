using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>SEARCH and UID SEARCH (RFC 9051 §6.4.4, RFC 3501 §6.4.4).</summary>
sealed record SearchCommand(SearchCriterion Criterion, Numbering Numbering) : SelectedCommand
{
    // imaplib gives up on longer lines, and programs that use it look at the first line alone, so a line ends as late as possible.
    const int LineOctets = 900_000;

    // search = "SEARCH" [SP "CHARSET" SP charset] 1*(SP search-key)
    public static SearchCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / search / …)
    public static SearchCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        // What has arrived is told before, so that a program which asks for nothing else finds it now and not the next time.
        await context.Writer.SyncAsync(context.Folder, ExpungeTelling.Held, cancellation);
        var view = context.Folder.View;
        var found = await context.Store.Searches.FindAsync(view, SessionCriterion.Bind(Criterion, context.Folder), cancellation);
        await WriteAsync(context.Writer, view, found, cancellation);
        return Completion.Ok("SEARCH completed");
    }

    static SearchCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        if (parser.TryAtom("CHARSET"u8))
        {
            parser.Sp();
            RequireKnownCharset(parser.AString());
            parser.Sp();
        }
        var criterion = SearchKeys.ParseAll(ref parser);
        parser.End();
        return new(criterion, numbering);
    }

    // Text is taken as UTF-8 in any case; US-ASCII is part of it.
    static void RequireKnownCharset(string name)
    {
        if (!name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) && !name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(Completion.No("BADCHARSET (US-ASCII UTF-8)", "This charset is not known"));
        }
    }

    /// <summary>mailbox-data = "SEARCH" *(SP nz-number); several such lines add up.</summary>
    async ValueTask WriteAsync(ResponseWriter writer, FolderSnapshot view, IReadOnlyList<Uid> found, CancellationToken cancellation)
    {
        writer.Untagged().Atom("SEARCH"u8);
        for (int i = 0, length = 0; i < found.Count; i++)
        {
            if (length > LineOctets)
            {
                writer.CrLf().Untagged().Atom("SEARCH"u8);
                length = 0;
            }
            var number = Numbering is Numbering.Uids ? found[i].Value : (uint)view.IndexOf(found[i]) + 1;
            writer.Sp().Number(number);
            length += 2 + (int)Math.Log10(number);
            await writer.FlushIfLargeAsync(cancellation);
        }
        writer.CrLf();
    }
}
