using AgentPost.Protocol.Imap.Grammar;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>The options of an extended LIST (RFC 5258 §3).</summary>
/// <param name="Status">STATUS items for every selected folder; empty for no STATUS (RFC 5819 §2).</param>
sealed record ListOptions(ListSelection Selection, ListReturn Return, IReadOnlyList<StatusItem> Status)
{
    static readonly (string Name, ListSelection Option)[] SelectionRows =
    [
        ("SUBSCRIBED", ListSelection.Subscribed),
        ("SPECIAL-USE", ListSelection.SpecialUse),
        ("REMOTE", ListSelection.Remote),
        ("RECURSIVEMATCH", ListSelection.RecursiveMatch),
    ];

    static readonly (string Name, ListReturn Option)[] ReturnRows =
    [
        ("SUBSCRIBED", ListReturn.Subscribed),
        ("CHILDREN", ListReturn.Children),
        ("SPECIAL-USE", ListReturn.SpecialUse),
    ];

    /// <summary>
    /// True if <c>\Subscribed</c> is reported. Selecting subscribed names implies it (RFC 5258 §3.1).
    /// </summary>
    public bool TellsSubscribed => Selection.HasFlag(ListSelection.Subscribed) || Return.HasFlag(ListReturn.Subscribed);

    /// <summary>list-select-opts = "(" [list-select-opt *(SP list-select-opt)] ")"</summary>
    public static ListSelection ParseSelection(ref CommandParser parser)
    {
        var selection = ListSelection.None;
        parser.Open();
        if (parser.TryClose())
        {
            return selection;
        }
        do
        {
            selection |= Find(SelectionRows, parser.Atom());
        }
        while (parser.TrySp());
        parser.Close();
        return selection.HasFlag(ListSelection.RecursiveMatch) && (selection & ListSelection.Criteria) == 0
            ? throw new SyntaxException("RECURSIVEMATCH needs SUBSCRIBED or SPECIAL-USE beside it")
            : selection;
    }

    /// <summary>
    /// list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"; return-option =/ "STATUS" SP "("
    /// status-att *(SP status-att) ")"
    /// </summary>
    public static (ListReturn Return, IReadOnlyList<StatusItem> Status) ParseReturn(ref CommandParser parser)
    {
        var (options, status) = (ListReturn.None, (IReadOnlyList<StatusItem>)[]);
        if (!parser.TryAtom("RETURN"u8))
        {
            throw parser.Expected("RETURN");
        }
        parser.Sp();
        parser.Open();
        if (parser.TryClose())
        {
            return (options, status);
        }
        do
        {
            if (parser.TryAtom("STATUS"u8))
            {
                parser.Sp();
                status = StatusItem.ParseList(ref parser);
            }
            else
            {
                options |= Find(ReturnRows, parser.Atom());
            }
        }
        while (parser.TrySp());
        parser.Close();
        return (options, status);
    }

    /// <summary>
    /// childinfo-extended-item = "CHILDINFO" SP "(" list-select-base-opt-quoted *(SP list-select-base-opt-quoted) ")"
    /// </summary>
    public string ChildInfo() => $"(\"CHILDINFO\" ({string.Join(' ', SelectionRows
        .Where(row => (row.Option & Selection & ListSelection.Criteria) != 0)
        .Select(row => $"\"{row.Name}\""))}))";

    // An unknown option must be answered with BAD (RFC 5258 §3).
    static TOption Find<TOption>((string Name, TOption Option)[] rows, string name)
        where TOption : struct, Enum
    {
        foreach (var row in rows)
        {
            if (row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return row.Option;
            }
        }
        throw new SyntaxException($"Unknown LIST option {name}");
    }
}

/// <summary>Selection options of an extended LIST (RFC 5258 §3.1, RFC 6154 §2).</summary>
[Flags]
enum ListSelection
{
    None = 0,
    Subscribed = 1,
    SpecialUse = 2,

    /// <summary>The options that are conditions on a name.</summary>
    Criteria = Subscribed | SpecialUse,

    /// <summary>Remote mailboxes too; there are none.</summary>
    Remote = 4,
    RecursiveMatch = 8,
}

/// <summary>Return options of an extended LIST. Children and special uses are always reported.</summary>
[Flags]
enum ListReturn
{
    None = 0,
    Subscribed = 1,
    Children = 2,
    SpecialUse = 4,
}
