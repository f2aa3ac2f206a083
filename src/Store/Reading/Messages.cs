using System.Data;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Reading;

/// <summary>Reads messages. No method keeps a database connection open.</summary>
public sealed class Messages
{
    readonly Database _database;

    internal Messages(Database database) => _database = database;

    /// <summary>
    /// Reads rows for the given UIDs (ascending) of a folder, in ascending order. Entries expunged within the last hour
    /// are still found. Unknown UIDs are omitted. The caller must dispose the batch, and should request at most about 1
    /// MB at a time.
    /// </summary>
    public async ValueTask<MessageBatch> ReadBatchAsync(
        FolderKey folder, ReadOnlyMemory<Uid> uids, MessageColumns columns, CancellationToken cancellation) =>
        uids.IsEmpty
            ? new MessageBatch()
            : await _database.ReadAsync((connection, token) => ReadAsync(connection, new(folder, columns), uids, token), cancellation);

    /// <summary>
    /// Reads bytes of a message from an offset into <paramref name="destination"/>, at most up to the end of the 256 KB
    /// chunk that contains the offset. Returns the number of bytes, or 0 at the end of the message.
    /// </summary>
    public async ValueTask<int> ReadOctetsAsync(InboxId inbox, MessageId message, long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var (chunk, within) = Math.DivRem(offset, MessageChunks.Octets);
        return await _database.ReadAsync(
            async (connection, token) =>
            {
                // The SQL function substring counts from 1.
                var sql = chunk == 0
                    ? "select substring(octets from $3 for $4) from messages where inbox_id = $1 and message_id = $2"
                    : "select substring(octets from $3 for $4) from message_chunks where inbox_id = $1 and message_id = $2 and chunk = $5";
                await using var command = connection.Command(
                    sql, [inbox.Value, message.Value, (int)within + 1, destination.Length, .. chunk == 0 ? (object[])[] : [(int)chunk]]);
                await using var reader = await command.ExecuteReaderAsync(token);
                if (!await reader.ReadAsync(token))
                {
                    return 0;
                }
                await using var octets = await reader.GetStreamAsync(0, token);
                return await octets.ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, token);
            },
            cancellation);
    }

    static async Task<MessageBatch> ReadAsync(
        NpgsqlConnection connection, MessageQuery query, ReadOnlyMemory<Uid> uids, CancellationToken cancellation)
    {
        var batch = new MessageBatch();
        try
        {
            await ReadAsync(connection, query, "entries", uids, batch, cancellation);
            if (batch.Rows.Count < uids.Length)
            {
                var found = batch.Rows.Select(row => row.Uid).ToHashSet();
                var missing = uids.ToArray().Where(uid => !found.Contains(uid)).ToArray();
                await ReadAsync(connection, query, "tombstones", missing, batch, cancellation);
                batch.SortByUid();
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    static async Task ReadAsync(
        NpgsqlConnection connection, MessageQuery query, string table, ReadOnlyMemory<Uid> uids, MessageBatch batch, CancellationToken cancellation)
    {
        var filter = UidFilter.Of(uids.Span);
        await using var command = connection.Command(
            query.Sql(table, filter), [query.Folder.Inbox.Value, query.Folder.Folder.Value, .. filter.Values]);

        // The message content is the last column and is streamed, so that a row does not have to fit into the
        // connection's buffer.
        var behavior = query.Columns.HasFlag(MessageColumns.Octets) ? CommandBehavior.SequentialAccess : CommandBehavior.Default;
        await using var reader = await command.ExecuteReaderAsync(behavior, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            batch.Add(await query.ReadRowAsync(reader, batch, cancellation));
        }
    }
}

/// <summary>The columns to read in addition to UID and message id. Other columns are left empty.</summary>
[Flags]
public enum MessageColumns
{
    None = 0,
    Size = 1,
    InternalAt = 2,
    SavedAt = 4,
    ThreadId = 8,
    Header = 16,
    Envelope = 32,
    BodyStructure = 64,
    Parts = 128,
    Preview = 256,

    /// <summary>The first 256 KB of the message.</summary>
    Octets = 512,
}
