using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>The search that SEARCH, SORT and THREAD have in common (RFC 9051 §6.4.4, RFC 5256 §3).</summary>
sealed record SearchProgram(SearchCriterion Criterion)
{
    /// <summary>A search for changes enables CONDSTORE and tells the highest mod-sequence of what it finds (RFC 7162 §3.1.5).</summary>
    public bool TellsModSeq { get; } = SessionCriterion.Has<SearchCriterion.ChangedFrom>(Criterion);

    /// <summary>search-program = ["CHARSET" SP charset SP] search-key *(SP search-key), to the end of the command.</summary>
    public static SearchProgram Parse(ref CommandParser parser)
    {
        if (parser.TryAtom("CHARSET"u8))
        {
            if (parser.Enabled.HasFlag(EnabledExtensions.Utf8Accept))
            {
                throw new SyntaxException("After ENABLE UTF8=ACCEPT all text is UTF-8; leave out CHARSET (RFC 9755 §3)");
            }
            parser.Sp();
            return ParseWithCharset(ref parser);
        }
        return ParseKeys(ref parser);
    }

    /// <summary>search-criteria = charset 1*(SP search-key) (RFC 5256 §5), to the end of the command.</summary>
    public static SearchProgram ParseWithCharset(ref CommandParser parser)
    {
        if (!IsKnownCharset(parser.AString()))
        {
            // The keys cannot be read.
            return new(new SessionCriterion.UnknownCharset());
        }
        parser.Sp();
        return ParseKeys(ref parser);
    }

    /// <summary>Finds messages of the view as it is afterwards; an unknown charset is refused.</summary>
    /// <param name="options">Null: nothing is saved.</param>
    public async ValueTask<SearchResult> FindAsync(SelectedContext context, SearchOptions? options, CancellationToken cancellation)
    {
        if (TellsModSeq)
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
        var lasting = SessionCriterion.BindNumbers(Criterion, context.Folder);
        if (options?.Has(SearchReturn.Save) is true)
        {
            // What $ stood for is bound by now; a search that fails leaves nothing in it (RFC 5182 §2.1).
            context.Folder.Save([]);
        }
        if (criterion is SessionCriterion.UnknownCharset)
        {
            throw new RefusedException(Completion.No("BADCHARSET (US-ASCII UTF-8)", "This charset is not known"));
        }
        return new(await context.AwaitAsync(context.Store.Searches.FindAsync(context.Folder.View, criterion, cancellation), cancellation), lasting);
    }

    static SearchProgram ParseKeys(ref CommandParser parser)
    {
        var criterion = SearchKeys.ParseAll(ref parser);
        parser.End();
        return new(criterion);
    }

    // Text is taken as UTF-8 in any case; US-ASCII is part of it.
    static bool IsKnownCharset(string name) =>
        name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a search has found.</summary>
/// <param name="Uids">Ascending.</param>
/// <param name="Lasting">The criterion by which messages can be judged later on: what it said of message numbers means the same messages.</param>
sealed record SearchResult(IReadOnlyList<Uid> Uids, SearchCriterion Lasting);
