using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Search;

/// <summary>Reads the values by which messages are sorted or threaded.</summary>
static class OrderRows
{
    // If more than 1/8 of a folder is read, the folder is scanned.
    const int ScannedPart = 8;

    /// <summary>
    /// Passes every row to <paramref name="take"/> with the index of its UID, in no particular order. A row may be
    /// passed twice if the database connection is lost. Entries expunged within the last hour are still found; other
    /// missing ones are skipped.
    /// </summary>
    /// <param name="uids">Ascending, without duplicates, at least one.</param>
    public static Task ReadAsync(
        Database database, FolderSnapshot view, Uid[] uids, OrderFields fields, Action<int, OrderRow> take, CancellationToken cancellation) =>
        database.SearchAsync(
            view.Key.Inbox,
            async (connection, token) =>
            {
                var isFound = new bool[uids.Length];
                await ReadAsync(connection, view, "entries", uids, fields, Take, token);
                var missing = uids.Where((_, index) => !isFound[index]).ToArray();
                if (missing.Length > 0)
                {
                    await ReadAsync(connection, view, "tombstones", missing, fields, Take, token);
                }
                return true;

                void Take(Uid uid, OrderRow row)
                {
                    if (Array.BinarySearch(uids, uid) is var index and >= 0)
                    {
                        isFound[index] = true;
                        take(index, row);
                    }
                }
            },
            cancellation);

    static async Task ReadAsync(
        NpgsqlConnection connection, FolderSnapshot view, string table, Uid[] uids, OrderFields fields, Action<Uid, OrderRow> take, CancellationToken token)
    {
        var filter = uids.Length > view.Count / ScannedPart ? UidFilter.Between(uids[0], uids[^1]) : UidFilter.Of(uids);
        await using var command = connection.SearchCommand(
            Sql(table, fields, filter), [view.Key.Inbox.Value, view.Key.Folder.Value, .. filter.Values]);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            take(new((uint)reader.GetInt64(0)), Row(reader));
        }
    }

    static string Sql(string table, OrderFields fields, UidFilter filter) => $"""
        select e.uid, e.internal_at, e.size,
            {(fields.HasFlag(OrderFields.SentAt) ? "coalesce(m.sent_at, e.internal_at)" : "e.internal_at")},
            {(fields.HasFlag(OrderFields.Envelope) ? "m.envelope" : "''::bytea")},
            {(fields.HasFlag(OrderFields.References) ? "m.internet_message_id, m.header" : "null::text, ''::bytea")}
        from {table} e {(fields == OrderFields.None ? "" : Pinned.Message)}
        where {filter.Rows(table, "e", 3)}
        """;

    static OrderRow Row(NpgsqlDataReader reader) => new(
        reader.GetDateTime(1),
        reader.GetInt64(2),
        reader.GetDateTime(3),
        reader.GetFieldValue<byte[]>(4),
        reader.IsDBNull(5) ? null : reader.GetString(5),
        reader.GetFieldValue<byte[]>(6));
}
