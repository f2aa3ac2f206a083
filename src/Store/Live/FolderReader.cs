using System.Data;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Live;

/// <summary>
/// Reads the newest snapshot of a folder, from one consistent view of the database. A commit is seen completely or not
/// at all.
/// </summary>
sealed class FolderReader(Database database, KeywordCatalog catalog)
{
    // With more changes than this, reading the whole folder is faster than looking up each entry.
    const int MostLookUps = 20_000;

    const string StateSql = """
        select uid_validity, uid_next, modseq, change_floor from folders where inbox_id = $1 and folder_id = $2
        """;

    const string ChangesSql = """
        select changed, expunged from changes where inbox_id = $1 and folder_id = $2 and modseq > $3
        """;

    const string EntryColumns = "uid, flags, keyword_ids, modseq";

    /// <summary>
    /// Reads the changes since <paramref name="known"/>. Returns <paramref name="known"/> if there are none, and null
    /// if the folder does not exist.
    /// </summary>
    public Task<FolderSnapshot?> ReadAsync(FolderKey key, FolderSnapshot? known, CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                // Most calls find no change. Detecting that takes one query.
                if (known is not null && await ReadStateAsync(connection, key, token) is var state && (state is null || state.ModSeq == known.HighestModSeq))
                {
                    return state is null ? null : known;
                }
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
                var snapshot = await ReadNewerAsync(connection, key, known, token);
                await transaction.CommitAsync(token);
                return snapshot;
            },
            cancellation);

    static async Task<FolderState?> ReadStateAsync(NpgsqlConnection connection, FolderKey key, CancellationToken cancellation)
    {
        await using var command = connection.Command(StateSql, key.Inbox.Value, key.Folder.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await ReadStateAsync(reader, cancellation);
    }

    static async Task<FolderState?> ReadStateAsync(NpgsqlDataReader reader, CancellationToken cancellation) =>
        await reader.ReadAsync(cancellation)
            ? new(
                new((uint)reader.GetInt64(0)),
                new((uint)reader.GetInt64(1)),
                new(reader.GetInt64(2)),
                new(reader.GetInt64(3)))
            : null;

    async Task<FolderSnapshot?> ReadNewerAsync(NpgsqlConnection connection, FolderKey key, FolderSnapshot? known, CancellationToken cancellation)
    {
        var keywords = catalog.Of(key.Inbox);
        var touched = new SortedSet<Uid>();
        FolderState? state;
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Add(StateSql, key.Inbox.Value, key.Folder.Value);
            batch.Add(KeywordCatalog.NewerSql, key.Inbox.Value, keywords.Highest);
            batch.Add(ChangesSql, key.Inbox.Value, key.Folder.Value, known?.HighestModSeq.Value ?? long.MaxValue);
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            state = await ReadStateAsync(reader, cancellation);
            await reader.NextResultAsync(cancellation);
            await KeywordCatalog.LearnAsync(keywords, reader, cancellation);
            await reader.NextResultAsync(cancellation);
            while (touched.Count <= MostLookUps && await reader.ReadAsync(cancellation))
            {
                UidSetText.AddTo(touched, reader.IsDBNull(0) ? null : reader.GetString(0));
                UidSetText.AddTo(touched, reader.IsDBNull(1) ? null : reader.GetString(1));
            }
        }
        if (state is null)
        {
            return null;
        }
        var isIncremental = known is not null && known.UidValidity == state.UidValidity && known.HighestModSeq >= state.ChangeFloor
            && touched.Count <= MostLookUps;
        return isIncremental && known is not null
            ? await UpdateAsync(connection, known, state, touched, keywords, cancellation)
            : await LoadAsync(connection, key, state, keywords, cancellation);
    }

    static async Task<FolderSnapshot> UpdateAsync(
        NpgsqlConnection connection,
        FolderSnapshot known,
        FolderState state,
        SortedSet<Uid> touched,
        InboxKeywords keywords,
        CancellationToken cancellation)
    {
        var found = new List<FolderEntry>(touched.Count);
        if (touched.Count > 0)
        {
            var uids = UidFilter.Of(touched.ToArray());
            await using var command = connection.Command(
                $"select {EntryColumns} from entries e where {uids.Rows("entries", "e", 3)} order by uid", [known.Key.Inbox.Value, known.Key.Folder.Value, .. uids.Values]);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var entries = new EntryReader(reader, keywords);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add(entries.Read());
            }
        }
        touched.ExceptWith(found.Select(entry => entry.Uid));
        return new SnapshotChange(state.UidNext, state.ModSeq, found, [.. touched]).ApplyTo(known);
    }

    static async Task<FolderSnapshot> LoadAsync(
        NpgsqlConnection connection, FolderKey key, FolderState state, InboxKeywords keywords, CancellationToken cancellation)
    {
        var blocks = new BlockListBuilder(0);
        await using var command = connection.Command($"select {EntryColumns} from entries where inbox_id = $1 and folder_id = $2 order by uid", key.Inbox.Value, key.Folder.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new EntryReader(reader, keywords);
        while (await reader.ReadAsync(cancellation))
        {
            blocks.Add(entries.Read());
        }
        return new(key, state.UidValidity, state.UidNext, state.ModSeq, blocks.ToArray());
    }

    sealed record FolderState(UidValidity UidValidity, Uid UidNext, ModSeq ModSeq, ModSeq ChangeFloor);
}
