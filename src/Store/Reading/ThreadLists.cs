using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Reading;

/// <summary>
/// Lists the threads of an inbox. A thread is listed if at least one of its messages is outside Drafts and Trash.
/// </summary>
public sealed class ThreadLists
{
    readonly Database _database;

    internal ThreadLists(Database database) => _database = database;

    /// <summary>
    /// Lists threads by their newest message outside Drafts and Trash, newest first. Returns that message for each.
    /// </summary>
    /// <param name="before">The newest message of the last thread on the previous page. Null: from the newest.</param>
    public Task<IReadOnlyList<(ThreadId Thread, MessageId Newest)>> ListAsync(InboxId inbox, MessageId? before, int limit, CancellationToken cancellation) =>
        _database.SearchAsync<IReadOnlyList<(ThreadId, MessageId)>>(
            inbox,
            (connection, token) => ReadAsync(connection.SearchCommand(
            """
            with shown as materialized (select array(select folder_id from folders where inbox_id = $1 and name not in ('Drafts', 'Trash')) as folders)
            select m.thread_id, m.message_id from messages m
            where m.inbox_id = $1 and m.message_id < $2
              and (select true from entries e
                   where e.message_id = m.message_id and e.folder_id = any((select folders from shown)::int[]) limit 1)
              and (select true from messages n
                   where n.thread_id = m.thread_id and n.message_id > m.message_id
                     and (select true from entries e
                          where e.message_id = n.message_id and e.folder_id = any((select folders from shown)::int[]) limit 1)
                   limit 1) is null
            order by m.message_id desc limit $3
            """,
            inbox.Value, before?.Value ?? Guid.AllBitsSet, limit),
            reader => (new ThreadId(reader.GetGuid(0)), new MessageId(reader.GetGuid(1))),
            token),
            cancellation);

    /// <summary>
    /// Finds the newest messages of threads, up to a maximum for each thread, oldest first. Includes messages in Drafts
    /// and Trash.
    /// </summary>
    public Task<IReadOnlyList<ListedMessage>> FindMessagesAsync(InboxId inbox, IReadOnlyList<ThreadId> threads, int mostOfEach, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var ids = new List<Guid>();
                await using (var command = connection.Command(
                    """
                    select newest.message_id from unnest($2::uuid[]) thread cross join lateral (
                        select message_id from (select inbox_id, message_id from messages m where m.thread_id = thread offset 0) m
                        where m.inbox_id = $1 and (select true from entries e where e.message_id = m.message_id limit 1)
                        order by message_id desc limit $3) newest
                    order by newest.message_id
                    """,
                    inbox.Value, ValuesOf(threads), mostOfEach))
                {
                    await using var reader = await command.ExecuteReaderAsync(token);
                    while (await reader.ReadAsync(token))
                    {
                        ids.Add(reader.GetGuid(0));
                    }
                }
                return await MessageLists.ReadAsync(connection, inbox, [.. ids], token);
            },
            cancellation);

    /// <summary>
    /// Counts the messages of threads that are in folders, and those of them that are unseen in every folder. Threads
    /// without messages are omitted.
    /// </summary>
    public async Task<IReadOnlyDictionary<ThreadId, (long Messages, long Unread)>> CountAsync(InboxId inbox, IReadOnlyList<ThreadId> threads, CancellationToken cancellation) =>
        (await ReadAsync(
            """
            select thread_id, count(*), count(*) filter (where not is_seen)
            from (select distinct thread_id from unnest($2::uuid[]) thread_id) thread
            cross join lateral (select inbox_id, message_id from messages x where x.thread_id = thread.thread_id offset 0) m
            cross join lateral (
                select bool_or(flags & 1 <> 0) as is_seen from entries e where e.message_id = m.message_id having count(*) > 0) entry
            where m.inbox_id = $1 group by thread_id
            """,
            [inbox.Value, ValuesOf(threads)],
            reader => (Thread: new ThreadId(reader.GetGuid(0)), Counts: (reader.GetInt64(1), reader.GetInt64(2))),
            cancellation)).ToDictionary(row => row.Thread, row => row.Counts);

    /// <summary>Finds all entries of a thread, ordered by folder and UID.</summary>
    public Task<IReadOnlyList<(FolderId Folder, Uid Uid)>> FindEntriesAsync(InboxId inbox, ThreadId thread, CancellationToken cancellation) =>
        ReadAsync(
            """
            select folder_id, uid from (select inbox_id, message_id from messages x where x.thread_id = $2 offset 0) m
            cross join lateral (select folder_id, uid from entries x where x.message_id = m.message_id offset 0) e
            where m.inbox_id = $1 order by folder_id, uid
            """,
            [inbox.Value, thread.Value],
            reader => (new FolderId(reader.GetInt32(0)), new Uid((uint)reader.GetInt64(1))),
            cancellation);

    Task<IReadOnlyList<T>> ReadAsync<T>(string sql, object[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        _database.ReadAsync((connection, token) => ReadAsync(connection.Command(sql, values), read, token), cancellation);

    static async Task<IReadOnlyList<T>> ReadAsync<T>(NpgsqlCommand list, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = list;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    static Guid[] ValuesOf(IReadOnlyList<ThreadId> threads) => [.. threads.Select(thread => thread.Value)];
}
