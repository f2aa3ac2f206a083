using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>SEARCH and UID SEARCH (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 4731).</summary>
/// <param name="Return">What an extended search returns; null for a plain one.</param>
sealed record SearchCommand(SearchCriterion Criterion, SearchReturn? Return, Numbering Numbering) : SelectedCommand
{
    // search = "SEARCH" [search-return-opts] [SP "CHARSET" SP charset] 1*(SP search-key)
    public static SearchCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / search / …)
    public static SearchCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var tellsModSeq = SessionCriterion.Has<SearchCriterion.ChangedFrom>(Criterion);
        if (tellsModSeq)
        {
            context.Enable(EnabledExtensions.CondStore);
        }
        if (SessionCriterion.Has<SessionCriterion.Numbers>(Criterion))
        {
            // UID SEARCH may tell of expunges, but not when it works with message numbers (RFC 7162 §3.2.10.2).
            context.Folder.HoldExpunges();
        }
        // What has arrived is told before, so that a program which asks for nothing else finds it now and not the next time.
        await context.Writer.SyncAsync(context.Folder, ExpungeTelling.Held, cancellation);
        var criterion = SessionCriterion.Bind(Criterion, context.Folder);
        var saves = Return?.HasFlag(SearchReturn.Save) is true;
        if (saves)
        {
            // What $ stood for is bound by now; a search that fails leaves nothing in it (RFC 5182 §2.1).
            context.Folder.Save([]);
        }
        if (criterion is SessionCriterion.UnknownCharset)
        {
            return Completion.No("BADCHARSET (US-ASCII UTF-8)", "This charset is not known");
        }
        var view = context.Folder.View;
        var found = new SearchResponse(view, await context.Store.Searches.FindAsync(view, criterion, cancellation), Numbering, tellsModSeq);
        await WriteAsync(context, found, cancellation);
        if (saves)
        {
            context.Folder.Save(found.Chosen(Return ?? default));
        }
        return Completion.Ok("SEARCH completed");
    }

    static SearchCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var returned = SearchReturns.Parse(ref parser);
        if (returned is not null)
        {
            parser.Sp();
        }
        if (parser.TryAtom("CHARSET"u8))
        {
            if (parser.Enabled.HasFlag(EnabledExtensions.Utf8Accept))
            {
                throw new SyntaxException("After ENABLE UTF8=ACCEPT all text is UTF-8; leave out CHARSET (RFC 9755 §3)");
            }
            parser.Sp();
            if (!IsKnownCharset(parser.AString()))
            {
                // The keys cannot be read.
                return new(new SessionCriterion.UnknownCharset(), returned, numbering);
            }
            parser.Sp();
        }
        var criterion = SearchKeys.ParseAll(ref parser);
        parser.End();
        return new(criterion, returned, numbering);
    }

    // Text is taken as UTF-8 in any case; US-ASCII is part of it.
    static bool IsKnownCharset(string name) =>
        name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase);

    ValueTask WriteAsync(SelectedContext context, SearchResponse found, CancellationToken cancellation) => Return switch
    {
        SearchReturn.Save => ValueTask.CompletedTask,
        { } wanted => found.WriteExtendedAsync(context.Writer, context.Tag, wanted, cancellation),
        // IMAP4rev2 knows no other answer (RFC 9051 §6.4.4).
        null when context.Enabled.HasFlag(EnabledExtensions.Imap4Rev2) =>
            found.WriteExtendedAsync(context.Writer, context.Tag, SearchReturn.All, cancellation),
        null => found.WritePlainAsync(context.Writer, cancellation),
    };
}
