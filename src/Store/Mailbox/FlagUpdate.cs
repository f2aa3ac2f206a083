namespace AgentPost.Store.Mailbox;

/// <summary>
/// A flag change in SQL: the assignment, and the condition for entries that it changes. Parameters: $4 the flags, $5
/// the keyword numbers, ascending. Keyword numbers in entries are ascending without repetition, and null if there are
/// none.
/// </summary>
sealed record FlagUpdate(string Assignment, string Difference)
{
    static readonly Dictionary<(FlagChangeMode Mode, bool HasKeywords), FlagUpdate> Forms = new()
    {
        [(FlagChangeMode.Add, false)] = new("flags = flags | $4", "flags & $4 <> $4"),
        [(FlagChangeMode.Add, true)] = new(
            """
            flags = flags | $4, keyword_ids = case when keyword_ids @> $5 then keyword_ids
                else (select array_agg(distinct id order by id) from unnest(keyword_ids || $5) id) end
            """,
            "flags & $4 <> $4 or keyword_ids is null or not keyword_ids @> $5"),
        [(FlagChangeMode.Remove, false)] = new("flags = flags & ~$4", "flags & $4 <> 0"),
        [(FlagChangeMode.Remove, true)] = new(
            "flags = flags & ~$4, keyword_ids = (select array_agg(id order by id) from unnest(keyword_ids) id where id <> all($5))",
            "flags & $4 <> 0 or keyword_ids && $5"),
        [(FlagChangeMode.Replace, false)] = new(
            "flags = $4, keyword_ids = null", "flags <> $4 or keyword_ids is not null"),
        [(FlagChangeMode.Replace, true)] = new(
            "flags = $4, keyword_ids = $5", "flags <> $4 or keyword_ids is distinct from $5"),
    };

    public static FlagUpdate Of(FlagChangeMode mode, bool hasKeywords) => Forms[(mode, hasKeywords)];
}
