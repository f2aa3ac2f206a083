using System.Buffers;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using Npgsql;

namespace AgentPost.Store.Writing;

/// <summary>
/// Inserts completed messages with their search text in a transaction: several small ones with one round trip, large
/// ones chunk by chunk. Call <see cref="FlushAsync"/> or <see cref="FlushAndLockAsync"/> after the last.
/// </summary>
sealed class MessageInsertion(WriteTransaction transaction) : IAsyncDisposable
{
    const int MostMessages = 64;
    const long MostOctets = 1024 * 1024;

    // $4: the ids that the message refers to, and its own. Joins the thread of a message that has one of these ids, or
    // else of one that refers to one of them. If none is known, starts thread $3.
    const string AnswerThreadSql = """
        coalesce(
            (select m.thread_id from unnest($4::text[]) with ordinality related (id, n) cross join lateral (
                 select x.thread_id, x.message_id from messages x where x.internet_message_id = related.id and uuid_send(x.inbox_id) = uuid_send($1) offset 0) m
             order by related.n, m.message_id limit 1),
            (select a.thread_id from unnest($4::text[]) with ordinality related (id, n) cross join lateral (
                 select x.thread_id from awaited_messages x where x.inbox_id = $1 and x.internet_message_id = related.id offset 0) a
             order by related.n limit 1),
            $3)
        """;

    // For a message that refers to no other.
    const string FirstThreadSql = """
        coalesce(
            (select m.thread_id from (
                 select x.thread_id, x.message_id from messages x where x.internet_message_id = $4 and uuid_send(x.inbox_id) = uuid_send($1) offset 0) m
             order by m.message_id limit 1),
            (select thread_id from awaited_messages where inbox_id = $1 and internet_message_id = $4),
            $3)
        """;

    // Runs under the lock. Otherwise two writers that await the same message could deadlock.
    const string AwaitSql = """
        insert into awaited_messages (inbox_id, internet_message_id, thread_id)
        select $1, reference, (select m.thread_id from messages m where m.inbox_id = $1 and m.message_id = $2) from unnest($3::text[]) reference
        where (select true from messages known where known.internet_message_id = reference and uuid_send(known.inbox_id) = uuid_send($1) limit 1) is null
        on conflict do nothing
        """;

    const string TextSql = """
        insert into message_texts (inbox_id, message_id, subject, sender, recipients, cc, bcc, header, body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    const string ChunkSql = "insert into message_chunks (inbox_id, message_id, chunk, octets) values ($1, $2, $3, $4)";

    static readonly string AnswerSql = MessageSql(AnswerThreadSql);
    static readonly string FirstSql = MessageSql(FirstThreadSql);

    readonly NpgsqlBatch _batch = new(transaction.Connection);
    readonly List<IncomingMessage> _inBatch = [];
    long _batchOctets;

    /// <summary>
    /// Adds a message, which must not be disposed before the flush. The same message may be added for several inboxes.
    /// </summary>
    public Task<MessageId> AddAsync(InboxId inbox, IncomingMessage message, CancellationToken cancellation) =>
        AddAsync(inbox, message, ThreadId.New(), cancellation);

    /// <param name="thread">The thread of the message if its ids match no other thread.</param>
    public async Task<MessageId> AddAsync(InboxId inbox, IncomingMessage message, ThreadId thread, CancellationToken cancellation)
    {
        await message.RestoreAsync(cancellation);
        _inBatch.Add(message);
        var id = MessageId.New();
        AddMessage(inbox, id, message, thread);
        AddText(inbox, id, message.Scan.Folded);
        if (message.Scan.References.Count > 0)
        {
            transaction.AtCommit(AwaitSql, inbox.Value, id.Value, message.Scan.References.ToArray());
        }
        _batchOctets += message.Head.Length;
        if (message.Octets > MessageChunks.Octets)
        {
            await FlushAsync(cancellation);
            await InsertChunksAsync(inbox, id, message, cancellation);
        }
        else if (_batchOctets >= MostOctets || _batch.BatchCommands.Count >= 2 * MostMessages)
        {
            await FlushAsync(cancellation);
        }
        return id;
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (_batch.BatchCommands.Count > 0)
        {
            await _batch.ExecuteNonQueryAsync(cancellation);
            _batch.BatchCommands.Clear();
            _batchOctets = 0;
        }
        ForgetInserted();
    }

    /// <summary>
    /// Same as <see cref="FlushAsync"/>, but also locks the inbox and opens a folder of it, after the messages, in the
    /// same round trip.
    /// </summary>
    public async Task<FolderWrite> FlushAndLockAsync(FolderKey folder, CancellationToken cancellation)
    {
        var locked = await transaction.LockFolderAsync(folder, _batch, cancellation);
        ForgetInserted();
        return locked;
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    void ForgetInserted()
    {
        _inBatch.ForEach(message => message.Forget());
        _inBatch.Clear();
    }

    void AddMessage(InboxId inbox, MessageId id, IncomingMessage message, ThreadId thread)
    {
        var scan = message.Scan;
        _batch.Add(
            scan.References.Count == 0 ? FirstSql : AnswerSql,
            inbox.Value,
            id.Value,
            thread.Value,
            RelatedTo(scan),
            scan.Octets,
            transaction.Now,
            scan.SentAt?.ToUniversalTime(),
            scan.SentAt is { } sent ? DateOnly.FromDateTime(sent.DateTime) : null,
            scan.InternetMessageId,
            scan.Header,
            scan.Envelope,
            scan.BodyStructure,
            MimePartCodec.Encode(scan.Root),
            scan.Preview,
            message.Head,
            scan.Contents.Count == 0 ? null : PartContent.Encode(scan.Contents));
    }

    // The id of the message; for a message that refers to others, an array of their ids and its own.
    static object? RelatedTo(MessageScan scan) => scan switch
    {
        { References.Count: 0 } => scan.InternetMessageId,
        { InternetMessageId: { } own } => (string[])[.. scan.References, own],
        _ => scan.References.ToArray(),
    };

    static string MessageSql(string thread) => $"""
        insert into messages (
            inbox_id, message_id, thread_id, size, received_at, sent_at, sent_on, internet_message_id, header, envelope, body_structure, parts, preview, octets, part_contents)
        values ($1, $2, {thread}, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """;

    void AddText(InboxId inbox, MessageId id, FoldedText text) =>
        _batch.Add(TextSql, inbox.Value, id.Value, text.Subject, text.From, text.To, text.Cc, text.Bcc, text.Header, text.Body);

    async Task InsertChunksAsync(InboxId inbox, MessageId id, IncomingMessage message, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MessageChunks.Octets);
        try
        {
            for (var chunk = 1; (long)chunk * MessageChunks.Octets < message.Octets; chunk++)
            {
                var filled = await message.FillAsync((long)chunk * MessageChunks.Octets, buffer.AsMemory(0, MessageChunks.Octets), cancellation);
                await using var command = transaction.Connection.Command(ChunkSql, inbox.Value, id.Value, chunk, (ReadOnlyMemory<byte>)buffer.AsMemory(0, filled));
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
