using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>The search criteria that SEARCH, SORT and THREAD share (RFC 9051 §6.4.4, RFC 5256 §3).</summary>
sealed record SearchProgram(SearchCriterion Criterion)
{
    /// <summary>
    /// True if the search is for changes. It then enables CONDSTORE and reports the highest mod-sequence of its results
    /// (RFC 7162 §3.1.5).
    /// </summary>
    public bool TellsModSeq { get; } = SessionCriterion.Has<SearchCriterion.ChangedFrom>(Criterion);

    /// <summary>
    /// search-program = ["CHARSET" SP charset SP] search-key *(SP search-key), to the end of the command.
    /// </summary>
    public static SearchProgram Parse(ref CommandParser parser)
    {
        if (parser.TryAtom("CHARSET"u8))
        {
            parser.Sp();
            var ahead = parser;
            if (parser.Enabled.HasFlag(EnabledExtensions.Utf8Accept) && !SearchCharset.IsUtf8(ahead.AString()))
            {
                throw new SyntaxException("After ENABLE UTF8=ACCEPT all text is UTF-8; leave out CHARSET");
            }
            return ParseWithCharset(ref parser);
        }
        return ParseKeys(ref parser);
    }

    /// <summary>search-criteria = charset 1*(SP search-key) (RFC 5256 §5), to the end of the command.</summary>
    public static SearchProgram ParseWithCharset(ref CommandParser parser)
    {
        if (SearchCharset.Find(parser.AString()) is not { } charset)
        {
            // Keys in an unknown charset cannot be read.
            return new(new SessionCriterion.UnknownCharset());
        }
        parser.Charset = charset;
        parser.Sp();
        return ParseKeys(ref parser);
    }

    /// <summary>
    /// Reports updates, then finds messages of the view. Throws RefusedException for an unknown charset.
    /// </summary>
    /// <param name="options">Null if nothing is saved.</param>
    /// <param name="numbering">Numbers of the result. With UIDs, expunges are reported too, unless the search itself
    /// has message numbers.</param>
    public async ValueTask<SearchResult> FindAsync(
        SelectedContext context, SearchOptions? options, Numbering numbering, CancellationToken cancellation)
    {
        if (TellsModSeq)
        {
            context.Enable(EnabledExtensions.CondStore);
        }
        // RFC 9051 §7.5.1, RFC 7162 §3.2.10.2
        var keepsNumbers = numbering is Numbering.SequenceNumbers || SessionCriterion.Has<SessionCriterion.Numbers>(Criterion);
        // Report new messages now, so that a client that sends only searches finds them in this search and not in the
        // next.
        await context.Writer.SyncAsync(context.Folder, keepsNumbers ? ExpungeTelling.Held : ExpungeTelling.Allowed, cancellation);
        var criterion = SessionCriterion.Bind(Criterion, context.Folder);
        var lasting = SessionCriterion.BindNumbers(Criterion, context.Folder);
        if (options?.Has(SearchReturn.Save) is true)
        {
            // The old value of $ is already bound. If the search fails, $ is empty (RFC 5182 §2.1).
            context.Folder.Save([]);
        }
        if (criterion is SessionCriterion.UnknownCharset)
        {
            throw new RefusedException(Completion.No("BADCHARSET (US-ASCII UTF-8)", "This charset is not known; use UTF-8"));
        }
        return new(await context.AwaitAsync(context.Store.Searches.FindAsync(context.Folder.View, criterion, cancellation), cancellation), lasting);
    }

    /// <summary>
    /// Returns the tagged line. If the result has message numbers, messages expunged in the meantime may be missing
    /// from it (RFC 5530 §3).
    /// </summary>
    public static Completion Completed(SelectedContext context, string name, Numbering numbering) =>
        numbering is Numbering.SequenceNumbers && context.Folder.HasUnreportedExpunges
            ? Completion.Ok(ResponseCode.ExpungeIssued, $"{name} completed; some messages are no longer there")
            : Completion.Ok($"{name} completed");

    static SearchProgram ParseKeys(ref CommandParser parser)
    {
        var criterion = SearchKeys.ParseAll(ref parser);
        parser.End();
        return new(criterion);
    }
}

/// <summary>The result of a search.</summary>
/// <param name="Uids">Ascending.</param>
/// <param name="Lasting">The criterion for later evaluation. Its message numbers are bound to the same
/// messages.</param>
sealed record SearchResult(IReadOnlyList<Uid> Uids, SearchCriterion Lasting);
