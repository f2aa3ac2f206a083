using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Finds the draft that a message appended to Drafts is a new version of: the draft with the same Message-ID, or else
/// the one that the field <c>X-AgentPost-Draft-Id</c> names. A version that was deleted before the new one was stored
/// is found while its tombstone exists.
/// </summary>
static class DraftIdentity
{
    const string FieldName = "x-agentpost-draft-id:";

    // Runs before the entries are inserted, so that an appended message does not match itself.
    const string Sql = """
        update messages set draft_id = earlier.draft_id
        from (
            select coalesce(m.draft_id, m.message_id) as draft_id
            from (
                (select * from messages where internet_message_id = $4 and uuid_send(inbox_id) = uuid_send($1) offset 0)
                union all (select * from messages where draft_id = $5 offset 0)
                union all (select * from messages where inbox_id = $1 and message_id = $5 offset 0)) m
            where m.inbox_id = $1
              and ((select true from entries e where e.message_id = m.message_id and e.folder_id = $2 limit 1)
                or (select true from tombstones t where t.message_id = m.message_id and t.folder_id = $2 limit 1))
            order by (m.internet_message_id = $4) is true desc, m.message_id desc limit 1) earlier
        where messages.inbox_id = $1 and messages.message_id = $3
        """;

    /// <summary>Gives an inserted message the id of the draft that it is a version of, with the commit.</summary>
    public static void Keep(WriteTransaction transaction, FolderWrite drafts, Filing filing, IncomingMessage message)
    {
        var named = Named(message.Scan.Folded.Header);
        if (message.Scan.InternetMessageId is not null || named is not null)
        {
            transaction.AtCommit(
                Sql, drafts.Key.Inbox.Value, drafts.Key.Folder.Value, filing.Message.Value, message.Scan.InternetMessageId, named?.Value);
        }
    }

    /// <summary>
    /// Gives an inserted message the id of the draft that it replaces, with the commit. This transaction has removed
    /// the draft's entry.
    /// </summary>
    public static void HandOn(WriteTransaction transaction, FolderWrite drafts, Uid replaced, Filing filing) => transaction.AtCommit(
        """
        update messages set draft_id = (
            select coalesce(earlier.draft_id, earlier.message_id) from messages earlier
            where earlier.inbox_id = $1 and earlier.message_id = (
                select message_id from tombstones where inbox_id = $1 and folder_id = $2 and uid = $3))
        where messages.inbox_id = $1 and messages.message_id = $4
        """,
        drafts.Key.Inbox.Value, drafts.Key.Folder.Value, (long)replaced.Value, filing.Message.Value);

    static DraftId? Named(string header)
    {
        foreach (var line in header.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(FieldName, StringComparison.Ordinal) && DraftId.TryParse(line[FieldName.Length..].Trim().ToString(), out var id))
            {
                return id;
            }
        }
        return null;
    }
}
