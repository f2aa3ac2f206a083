namespace AgentPost.Store.Mailbox;

/// <summary>
/// Deletes orphaned messages: those with no entry, tombstone or queued recipient. Such a message can never get an
/// entry: entries are created with their message or from other entries.
/// </summary>
static class UnnamedMessages
{
    /// <summary>Parameters: $1 inboxes, $2 their messages, the candidates.</summary>
    public const string RemoveSql = """
        delete from messages m using (select distinct * from unnest($1::uuid[], $2::uuid[]) named (inbox_id, message_id)) named
        where m.inbox_id = named.inbox_id and m.message_id = named.message_id
          and (select true from entries e where e.message_id = m.message_id limit 1) is null
          and (select true from tombstones t where t.message_id = m.message_id limit 1) is null
          and (select true from queue q where q.inbox_id = m.inbox_id and q.message_id = m.message_id limit 1) is null
        """;
}
