namespace AgentPost.Protocol.Imap;

/// <summary>The options of RETURN in a SEARCH.</summary>
static class SearchReturns
{
    static readonly Dictionary<string, SearchReturn> Rows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["MIN"] = SearchReturn.Min,
        ["MAX"] = SearchReturn.Max,
        ["COUNT"] = SearchReturn.Count,
        ["ALL"] = SearchReturn.All,
        ["SAVE"] = SearchReturn.Save,
    };

    /// <summary>
    /// search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")" (RFC 4466 §2.6.1), its first space taken. None of them
    /// is ALL; null without RETURN.
    /// </summary>
    public static SearchReturn? Parse(ref CommandParser parser)
    {
        if (!parser.TryAtom("RETURN"u8))
        {
            return null;
        }
        parser.Sp();
        parser.Octet((byte)'(');
        if (parser.TryOctet((byte)')'))
        {
            return SearchReturn.All;
        }
        var options = SearchReturn.None;
        do
        {
            var name = parser.Atom();
            options |= Rows.TryGetValue(name, out var option) ? option : throw new SyntaxException($"Unknown search option {name}");
        }
        while (parser.TrySp());
        parser.Octet((byte)')');
        return options;
    }
}
