namespace AgentPost.Store.Data;

/// <summary>
/// Joins that Postgres can run only row by row, each by primary key. "offset 0" prevents the planner from merging the
/// subquery into the statement. Merged, it would read the whole inbox if the planner estimates it as small.
/// </summary>
static class Pinned
{
    /// <summary>Joins the message of the entry <c>e</c> as <c>m</c>.</summary>
    public const string Message =
        "cross join lateral (select * from messages x "
        + "where x.inbox_id = e.inbox_id and x.message_id = e.message_id offset 0) m";

    /// <summary>Joins the search text of the entry <c>e</c> as <c>t</c>.</summary>
    public const string Text =
        "cross join lateral (select * from message_texts x "
        + "where x.inbox_id = e.inbox_id and x.message_id = e.message_id offset 0) t";
}
