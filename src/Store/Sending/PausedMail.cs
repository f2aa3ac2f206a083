using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Sending;

/// <summary>
/// Moves queued mail of paused senders after every due time, and back. Workers that search for due mail never read it,
/// however much there is. They still check each sender, for mail that was queued while the pause started.
/// </summary>
static class PausedMail
{
    const string UpdateSql = $"""
        with senders as materialized (
            select i.inbox_id, {Queue.MaySend} as may_send from inboxes i where @Inbox is null or i.inbox_id = @Inbox),
        paused as (
            update queue q set next_attempt_at = 'infinity', paused_attempt_at = q.next_attempt_at
            from (select * from senders where not may_send offset 0) s
            where uuid_send(q.inbox_id) = uuid_send(s.inbox_id) and q.next_attempt_at < 'infinity')
        update queue q set next_attempt_at = coalesce(q.paused_attempt_at, now()), paused_attempt_at = null
        from (select * from senders where may_send offset 0) s
        where uuid_send(q.inbox_id) = uuid_send(s.inbox_id) and q.next_attempt_at = 'infinity'
        """;

    /// <summary>Updates the queue in the transaction that has changed pauses.</summary>
    /// <param name="inbox">Null: every sender.</param>
    public static Task UpdateAsync(NpgsqlConnection connection, InboxId? inbox, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(UpdateSql, new { Inbox = inbox?.Value }, cancellationToken: cancellation));
}
