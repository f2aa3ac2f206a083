using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>SEARCH and UID SEARCH (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 4731, RFC 9394, RFC 5267).</summary>
/// <param name="Options">RETURN options; null for a plain search.</param>
sealed record SearchCommand(SearchProgram Program, SearchOptions? Options, Numbering Numbering) : SelectedCommand
{
    // search = "SEARCH" [search-return-opts] SP search-program
    public static SearchCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / search / …)
    public static SearchCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var watches = Options?.Has(SearchReturn.Update) is true;
        if (watches && context.Folder.Watches.Any(watch => watch.Tag == context.Tag))
        {
            return Completion.Bad("A search with this tag tells its changes already");
        }
        var result = await Program.FindAsync(context, Options, Numbering, cancellation);
        var found = new SearchResponse("SEARCH", context.Folder.View, result.Uids, Numbering, Program.TellsModSeq);
        // IMAP4rev2 has no plain response (RFC 9051 §6.4.4).
        var options = Options ?? (context.Enabled.HasFlag(EnabledExtensions.Imap4Rev2) ? SearchOptions.All : null);
        await found.WriteAsync(context, options, cancellation);
        if (watches)
        {
            Watch(context, result, Options?.NewMessage ?? []);
        }
        return SearchProgram.Completed(context, "SEARCH", Numbering);
    }

    /// <summary>
    /// A search whose results change with time alone is not watched, because no event reports those changes.
    /// </summary>
    void Watch(SelectedContext context, SearchResult result, ImmutableArray<FetchItem> newMessage)
    {
        var watch = new SearchWatch(context.Tag, result.Lasting, Numbering, context.Store.Searches, context.Folder.View, result.Uids)
        {
            NewMessage = newMessage,
        };
        if (SessionCriterion.Has<SearchCriterion.Younger>(result.Lasting) || !context.Folder.TryWatch(watch))
        {
            context.Writer.UntaggedNo(ResponseCode.NoUpdate(context.Tag), "The changes of this search cannot be told");
        }
    }

    static SearchCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var options = SearchOptions.Parse(ref parser);
        if (options is not null)
        {
            parser.Sp();
        }
        return new(SearchProgram.Parse(ref parser), options, numbering);
    }
}
