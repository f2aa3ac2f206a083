using System.Globalization;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Structure;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Reading;

/// <summary>
/// Lists the messages of an inbox across all folders, in pages. Each message is listed once, even if it is in several
/// folders.
/// </summary>
public sealed class MessageLists
{
    readonly Database _database;

    internal MessageLists(Database database) => _database = database;

    /// <summary>
    /// Lists the messages that match a filter, starting after a message. Throws StoreRefusedException: SearchTimeout.
    /// </summary>
    /// <param name="after">The last message of the previous page. Null: from the start.</param>
    public async Task<IReadOnlyList<ListedMessage>> ListAsync(
        InboxId inbox, MessageFilter filter, MessageOrder order, MessageId? after, int limit, CancellationToken cancellation)
    {
        var sql = new ListSql(inbox, filter, order, after, limit);
        return filter.IsSearch
            ? await _database.SearchAsync(
                inbox, (connection, token) => ListAsync(connection, inbox, connection.SearchCommand(sql.Text, sql.Values), token), cancellation)
            : await _database.ReadAsync((connection, token) => ListAsync(connection, inbox, connection.Command(sql.Text, sql.Values), token), cancellation);
    }

    static async Task<IReadOnlyList<ListedMessage>> ListAsync(
        NpgsqlConnection connection, InboxId inbox, NpgsqlCommand list, CancellationToken cancellation)
    {
        var ids = new List<Guid>();
        await using (list)
        {
            await using var reader = await list.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                ids.Add(reader.GetGuid(0));
            }
        }
        return await ReadAsync(connection, inbox, [.. ids], cancellation);
    }

    /// <summary>Finds messages by id, in the order of the ids. Messages that are in no folder are omitted.</summary>
    public Task<IReadOnlyList<ListedMessage>> FindAsync(InboxId inbox, IReadOnlyList<MessageId> ids, CancellationToken cancellation) =>
        _database.ReadAsync((connection, token) => ReadAsync(connection, inbox, [.. ids.Select(id => id.Value)], token), cancellation);

    /// <summary>Counts the entries and the unseen entries of each folder. Empty folders are omitted.</summary>
    public Task<IReadOnlyDictionary<FolderId, (long Messages, long Unread)>> CountAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyDictionary<FolderId, (long, long)>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    "select folder_id, count(*), count(*) filter (where flags & 1 = 0) from entries where inbox_id = $1 group by folder_id", inbox.Value);
                await using var reader = await command.ExecuteReaderAsync(token);
                var counts = new Dictionary<FolderId, (long, long)>();
                while (await reader.ReadAsync(token))
                {
                    counts.Add(new(reader.GetInt32(0)), (reader.GetInt64(1), reader.GetInt64(2)));
                }
                return counts;
            },
            cancellation);

    internal static async Task<IReadOnlyList<ListedMessage>> ReadAsync(NpgsqlConnection connection, InboxId inbox, Guid[] ids, CancellationToken cancellation)
    {
        if (ids is [])
        {
            return [];
        }
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            """
            select e.message_id, f.folder_id, f.name, e.uid, e.flags,
                array(select k.name from unnest(e.keyword_ids) id cross join lateral (
                    select name from keywords where inbox_id = $1 and keyword_id = id offset 0) k order by lower(k.name))
            from (select distinct message_id from unnest($2::uuid[]) message_id) wanted
            cross join lateral (select * from entries x where x.message_id = wanted.message_id offset 0) e
            cross join lateral (select folder_id, name from folders x where x.inbox_id = $1 and x.folder_id = e.folder_id offset 0) f
            where e.inbox_id = $1 order by f.folder_id, e.uid
            """,
            inbox.Value, ids);
        batch.Add(
            """
            select m.message_id, thread_id, size, received_at, sent_at, internet_message_id, envelope, body_structure, preview,
                substring(header for 12) = '\x52657475726e2d506174683a'::bytea, part_contents
            from (select distinct message_id from unnest($2::uuid[]) message_id) wanted
            cross join lateral (select * from messages x where x.inbox_id = $1 and x.message_id = wanted.message_id offset 0) m
            """,
            inbox.Value, ids);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var entries = new Dictionary<Guid, List<ListedEntry>>();
        while (await reader.ReadAsync(cancellation))
        {
            var ofMessage = entries.TryGetValue(reader.GetGuid(0), out var known) ? known : entries[reader.GetGuid(0)] = [];
            ofMessage.Add(new(
                new(reader.GetInt32(1)), FolderRow.NameOf(reader.GetString(2)), new((uint)reader.GetInt64(3)), (SystemFlags)reader.GetInt32(4),
                reader.GetFieldValue<string[]>(5)));
        }
        await reader.NextResultAsync(cancellation);
        var messages = new Dictionary<Guid, ListedMessage>();
        while (await reader.ReadAsync(cancellation))
        {
            if (entries.TryGetValue(reader.GetGuid(0), out var ofMessage))
            {
                messages.Add(reader.GetGuid(0), ReadMessage(reader, ofMessage));
            }
        }
        return [.. ids.Select(id => messages.GetValueOrDefault(id)).OfType<ListedMessage>()];
    }

    static ListedMessage ReadMessage(NpgsqlDataReader reader, IReadOnlyList<ListedEntry> entries) => new()
    {
        Id = new(reader.GetGuid(0)),
        Thread = new(reader.GetGuid(1)),
        Size = reader.GetInt64(2),
        ReceivedAt = reader.GetDateTime(3),
        SentAt = reader.IsDBNull(4) ? null : reader.GetDateTime(4),
        InternetMessageId = reader.IsDBNull(5) ? null : reader.GetString(5),
        Envelope = reader.GetFieldValue<byte[]>(6),
        BodyStructure = reader.GetFieldValue<byte[]>(7),
        Preview = reader.GetString(8),
        IsDelivered = reader.GetBoolean(9),
        Contents = reader.IsDBNull(10) ? [] : PartContent.Decode(reader.GetString(10)),
        Entries = entries,
    };

    /// <summary>
    /// Builds the SQL that finds the ids of a page: the first ids of each folder in list order, and the first of these.
    /// </summary>
    sealed class ListSql
    {
        readonly List<object?> _values;
        readonly List<string> _conditions = [];
        readonly HashSet<string> _joins = [];

        public ListSql(InboxId inbox, MessageFilter filter, MessageOrder order, MessageId? after, int limit)
        {
            var (comparison, direction) = order is MessageOrder.NewestFirst ? ("<", "desc") : (">", "asc");
            var beforeFirst = order is MessageOrder.NewestFirst ? Guid.AllBitsSet : Guid.Empty;
            _values = [inbox.Value];
            var names = filter.Folder is { } folder ? $"name = {Parameter(folder.Value)}" : "name not in ('Drafts', 'Trash')";
            var entries = Source(filter);
            Entries(filter);
            Texts(filter);
            var start = Parameter(after?.Value ?? beforeFirst);
            var most = Parameter(limit);
            Text = $"""
                select found.message_id from folders f cross join lateral (
                    select e.message_id from {entries} {string.Join(' ', _joins)}
                    where uuid_send(e.inbox_id) = uuid_send($1) and e.folder_id = f.folder_id and e.message_id {comparison} {start}
                        {string.Concat(_conditions.Select(condition => "and " + condition + " "))}
                    group by e.message_id order by e.message_id {direction} limit {most}) found
                where f.inbox_id = $1 and f.{names}
                group by found.message_id order by found.message_id {direction} limit {most}
                """;
        }

        public string Text { get; }

        public object?[] Values => [.. _values];

        // If a filter selects few entries, find them first, then sort. Otherwise the index by folder and message
        // provides the order.
        string Source(MessageFilter filter) => filter switch
        {
            { Thread: { } thread } => $"""
                (select x.* from (select message_id from messages where thread_id = {Parameter(thread.Value)} offset 0) m
                 cross join lateral (select * from entries where message_id = m.message_id offset 0) x offset 0) e
                """,
            { FirstUid: { } first } => $"""
                (select * from entries where inbox_id = $1 and folder_id = f.folder_id 
                    and uid between {Parameter((long)first.Value)} and {Parameter(UidFilter.Last)} offset 0) e
                """,
            _ => "entries e",
        };

        void Entries(MessageFilter filter)
        {
            Flag(filter.IsSeen, SystemFlags.Seen);
            Flag(filter.IsFlagged, SystemFlags.Flagged);
            if (filter.Label is { } label)
            {
                _conditions.Add(
                    $"e.keyword_ids @> array(select keyword_id from keywords where inbox_id = $1 and lower(name) = lower({Parameter(label)}))"
                    + $" and exists (select from keywords where inbox_id = $1 and lower(name) = lower({Parameter(label)}))");
            }
            if (filter.Since is { } since)
            {
                _conditions.Add($"e.internal_at >= {Parameter(since.UtcDateTime)}");
            }
            if (filter.Until is { } until)
            {
                _conditions.Add($"e.internal_at < {Parameter(until.UtcDateTime)}");
            }
        }

        void Flag(bool? wanted, SystemFlags flag)
        {
            if (wanted is { } isSet)
            {
                _conditions.Add(string.Create(CultureInfo.InvariantCulture, $"e.flags & {(int)flag} {(isSet ? "<>" : "=")} 0"));
            }
        }

        void Texts(MessageFilter filter)
        {
            Contains(filter.From, "strpos(t.sender, {0}) > 0");
            Contains(filter.To, "strpos(t.recipients, {0}) + strpos(t.cc, {0}) + strpos(t.bcc, {0}) > 0");
            Contains(filter.Subject, "strpos(t.subject, {0}) > 0");
            Contains(filter.Text, "(strpos(t.header, {0}) > 0 or strpos(t.body, {0}) > 0)");
        }

        void Contains(string? text, string condition)
        {
            if (text is not null)
            {
                _joins.Add(Pinned.Text);
                _conditions.Add(condition.Replace("{0}", Parameter(CaseFolding.Fold(text)), StringComparison.Ordinal));
            }
        }

        string Parameter(object value)
        {
            _values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
        }
    }
}
