using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>SORT and UID SORT (RFC 5256 §3, RFC 5957), plain or with RETURN (RFC 5267 §3).</summary>
/// <param name="Options">RETURN options; null for a plain sort.</param>
sealed record SortCommand(IReadOnlyList<SortCriterion> Criteria, SearchProgram Program, SearchOptions? Options, Numbering Numbering) : SelectedCommand
{
    static readonly Dictionary<string, SortKey> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ARRIVAL"] = SortKey.Arrival,
        ["CC"] = SortKey.Cc,
        ["DATE"] = SortKey.Date,
        ["DISPLAYFROM"] = SortKey.DisplayFrom,
        ["DISPLAYTO"] = SortKey.DisplayTo,
        ["FROM"] = SortKey.From,
        ["SIZE"] = SortKey.Size,
        ["SUBJECT"] = SortKey.Subject,
        ["TO"] = SortKey.To,
    };

    // sort = "SORT" [search-return-opts] SP sort-criteria SP search-criteria
    public static SortCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // sort = "UID" SP "SORT" …
    public static SortCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var result = await Program.FindAsync(context, Options, Numbering, cancellation);
        var view = context.Folder.View;
        var sorted = await context.AwaitAsync(context.Store.Sorts.SortAsync(view, result.Uids, Criteria, cancellation), cancellation);
        var found = new SearchResponse("SORT", view, sorted, Numbering, Program.TellsModSeq);
        await found.WriteAsync(context, Options, cancellation);
        return SearchProgram.Completed(context, "SORT", Numbering);
    }

    static SortCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var options = SearchOptions.Parse(ref parser);
        if (options is not null)
        {
            if (options.Has(SearchReturn.Update))
            {
                throw new SyntaxException("The changes of a sorted result cannot be told");
            }
            parser.Sp();
        }
        var criteria = ParseCriteria(ref parser);
        parser.Sp();
        return new(criteria, SearchProgram.ParseWithCharset(ref parser), options, numbering);
    }

    /// <summary>
    /// sort-criteria = "(" sort-criterion *(SP sort-criterion) ")". If a criterion is repeated, only its first position
    /// counts.
    /// </summary>
    static List<SortCriterion> ParseCriteria(ref CommandParser parser)
    {
        var criteria = new List<SortCriterion>();
        parser.Open();
        do
        {
            var criterion = ParseCriterion(ref parser);
            if (!criteria.Exists(other => other.Key == criterion.Key))
            {
                criteria.Add(criterion);
            }
        }
        while (parser.TrySp());
        parser.Close();
        return criteria;
    }

    /// <summary>sort-criterion = ["REVERSE" SP] sort-key</summary>
    static SortCriterion ParseCriterion(ref CommandParser parser)
    {
        var direction = SortDirection.Ascending;
        var name = parser.AtomOrString();
        if (name.Equals("REVERSE", StringComparison.OrdinalIgnoreCase))
        {
            parser.Sp();
            direction = SortDirection.Descending;
            name = parser.AtomOrString();
        }
        return Keys.TryGetValue(name, out var key) ? new(key, direction) : throw new SyntaxException($"Unknown sort criterion {name}");
    }
}
