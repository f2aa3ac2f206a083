using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Grammar;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>The RETURN options of a SEARCH or SORT.</summary>
/// <param name="Page">The page of the results that PARTIAL requests; null without PARTIAL.</param>
/// <param name="NewMessage">Items that UPDATE fetches from new messages that are results; empty for none.</param>
sealed record SearchOptions(SearchReturn Return, ResultPage? Page, ImmutableArray<FetchItem> NewMessage)
{
    public static readonly SearchOptions All = new(SearchReturn.All, null, []);

    static readonly Dictionary<string, SearchReturn> Rows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["MIN"] = SearchReturn.Min,
        ["MAX"] = SearchReturn.Max,
        ["COUNT"] = SearchReturn.Count,
        ["ALL"] = SearchReturn.All,
        ["SAVE"] = SearchReturn.Save,
        ["PARTIAL"] = SearchReturn.Partial,
        ["UPDATE"] = SearchReturn.Update,
        ["CONTEXT"] = SearchReturn.Context,
    };

    /// <summary>
    /// True if there is an ESEARCH response. SAVE alone has none (RFC 5182 §2.1); everything else has one, even without
    /// data (RFC 4466 §2.6.2).
    /// </summary>
    public bool HasResponse => Return is not SearchReturn.Save;

    public bool Has(SearchReturn option) => Return.HasFlag(option);

    /// <summary>
    /// search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")" (RFC 4466 §2.6.1), after
    /// its first space. An empty list means ALL. Returns null without RETURN.
    /// </summary>
    public static SearchOptions? Parse(ref CommandParser parser)
    {
        if (!parser.TryAtom("RETURN"u8))
        {
            return null;
        }
        parser.Sp();
        parser.Open();
        if (parser.TryClose())
        {
            return All;
        }
        var options = new SearchOptions(SearchReturn.None, null, []);
        do
        {
            options = options.Add(ref parser);
        }
        while (parser.TrySp());
        parser.Close();
        return options;
    }

    /// <summary>
    /// search-return-opt = "MIN" / "MAX" / "ALL" / "COUNT" / "SAVE" / "PARTIAL" SP partial-range / modifier-update /
    /// "CONTEXT"
    /// </summary>
    SearchOptions Add(ref CommandParser parser)
    {
        var name = parser.Atom();
        var added = Rows.TryGetValue(name, out var option) ? option : throw new SyntaxException($"Unknown search option {name}");
        var (page, newMessage) = (Page, NewMessage);
        if (added is SearchReturn.Partial)
        {
            parser.Sp();
            page = page is null ? ResultPage.Parse(ref parser) : throw new SyntaxException("PARTIAL is given twice");
        }
        if (added is SearchReturn.Update)
        {
            newMessage = ParseNewMessage(ref parser);
        }
        var all = Return | added;
        return all.HasFlag(SearchReturn.All | SearchReturn.Partial)
            ? throw new SyntaxException("ALL and PARTIAL exclude each other")
            : new(all, page, newMessage);
    }

    /// <summary>
    /// modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"] (RFC 5465 §8), after its name. The RFC's example
    /// has a space before the parenthesis.
    /// </summary>
    static ImmutableArray<FetchItem> ParseNewMessage(ref CommandParser parser)
    {
        var ahead = parser;
        ahead.TrySp();
        if (!ahead.IsNext((byte)'('))
        {
            return [];
        }
        parser = ahead;
        return [.. FetchItems.Parse(ref parser)];
    }
}
