using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Reading;

/// <summary>A query for rows of a folder: its columns and their order.</summary>
sealed class MessageQuery(FolderKey folder, MessageColumns columns)
{
    const MessageColumns OfEntry = MessageColumns.Size | MessageColumns.InternalAt | MessageColumns.SavedAt;

    /// <summary>All possible columns in read order. The content is last, because it is streamed.</summary>
    static readonly (MessageColumns Column, string Sql)[] Known =
    [
        (MessageColumns.Size, "e.size"),
        (MessageColumns.InternalAt, "e.internal_at"),
        (MessageColumns.SavedAt, "e.saved_at"),
        (MessageColumns.ThreadId, "m.thread_id"),
        (MessageColumns.Header, "m.header"),
        (MessageColumns.Envelope, "m.envelope"),
        (MessageColumns.BodyStructure, "m.body_structure"),
        (MessageColumns.Parts, "m.parts"),
        (MessageColumns.Preview, "m.preview"),
        (MessageColumns.Octets, "m.octets"),
    ];

    public FolderKey Folder { get; } = folder;

    public MessageColumns Columns { get; } = columns;

    /// <summary>
    /// Builds the SQL for <c>entries</c> or <c>tombstones</c>. Parameters: $1 inbox, $2 folder, then those of the
    /// filter.
    /// </summary>
    public string Sql(string table, UidFilter filter)
    {
        var wanted = string.Concat(Known.Where(known => Columns.HasFlag(known.Column)).Select(known => ", " + known.Sql));
        var messages = (Columns & ~OfEntry) == 0 ? "" : Pinned.Message;
        return $"""
            select e.uid, e.message_id{wanted} from {table} e {messages}
            where {filter.Rows(table, "e", 3)} order by e.uid
            """;
    }

    /// <summary>Reads the current row of the reader. Byte values are copied into the batch.</summary>
    public async ValueTask<MessageRow> ReadRowAsync(NpgsqlDataReader reader, MessageBatch batch, CancellationToken cancellation)
    {
        var next = 2;
        return new()
        {
            Uid = new((uint)reader.GetInt64(0)),
            MessageId = new(reader.GetGuid(1)),
            Size = Columns.HasFlag(MessageColumns.Size) ? reader.GetInt64(next++) : 0,
            InternalAt = Columns.HasFlag(MessageColumns.InternalAt) ? reader.GetDateTime(next++) : default(DateTimeOffset),
            SavedAt = Columns.HasFlag(MessageColumns.SavedAt) ? reader.GetDateTime(next++) : default(DateTimeOffset),
            ThreadId = Columns.HasFlag(MessageColumns.ThreadId) ? new(reader.GetGuid(next++)) : default,
            Header = Columns.HasFlag(MessageColumns.Header) ? ReadOctets(reader, next++, batch) : default,
            Envelope = Columns.HasFlag(MessageColumns.Envelope) ? ReadOctets(reader, next++, batch) : default,
            BodyStructure = Columns.HasFlag(MessageColumns.BodyStructure) ? ReadOctets(reader, next++, batch) : default,
            Parts = Columns.HasFlag(MessageColumns.Parts) ? ReadOctets(reader, next++, batch) : default,
            Preview = Columns.HasFlag(MessageColumns.Preview) ? reader.GetString(next++) : "",
            Octets = Columns.HasFlag(MessageColumns.Octets) ? await ReadLongOctetsAsync(reader, next, batch, cancellation) : default,
        };
    }

    static ReadOnlyMemory<byte> ReadOctets(NpgsqlDataReader reader, int ordinal, MessageBatch batch)
    {
        var memory = batch.Allocate((int)reader.GetBytes(ordinal, 0, null, 0, 0));
        reader.GetBytes(ordinal, 0, memory.Array, memory.Offset, memory.Count);
        return memory;
    }

    static async ValueTask<ReadOnlyMemory<byte>> ReadLongOctetsAsync(
        NpgsqlDataReader reader, int ordinal, MessageBatch batch, CancellationToken cancellation)
    {
        await using var stream = await reader.GetStreamAsync(ordinal, cancellation);
        var memory = batch.Allocate((int)stream.Length);
        await stream.ReadExactlyAsync(memory, cancellation);
        return memory;
    }
}
