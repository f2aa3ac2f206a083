using AgentPost.Store.Data;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>
/// Removes entries from a folder and leaves tombstones. With these, sessions that still show the entries can read them
/// for an hour.
/// </summary>
static class Removal
{
    const string RemoveTemplate = """
        with gone as (
            delete from entries e where {0}
            returning uid, message_id, flags, keyword_ids, size, internal_at, saved_at),
        buried as (
            insert into tombstones (
                inbox_id, folder_id, uid, message_id, flags, keyword_ids, modseq, size, internal_at, saved_at, expunged_at)
            select $1, $2, uid, message_id, flags, keyword_ids, $3, size, internal_at, saved_at, $4 from gone)
        select uid from gone order by uid
        """;

    // Runs after the removal, so that it finds only the remaining entries. A message that was in the folder twice moves
    // once and is looked up once, because each lookup scans all its entries that have just been deleted.
    const string FallTemplate = """
        with fallen as materialized (
            select distinct on (message_id) uid, message_id, flags, keyword_ids, size, internal_at
            from tombstones t
            where {0} and modseq = $3
            order by message_id, uid),
        last as materialized (
            select uid, message_id, flags, keyword_ids, size, internal_at from fallen
            where (select true from entries e where e.message_id = fallen.message_id limit 1) is null),
        numbered as materialized (
            select $5 + row_number() over (order by uid) - 1 as new_uid, message_id, flags & ~8 as flags, keyword_ids, size, internal_at from last),
        inserted as (
            insert into entries (inbox_id, folder_id, uid, message_id, flags, keyword_ids, modseq, size, internal_at, saved_at)
            select $1, $4, new_uid, message_id, flags, keyword_ids, $3, size, internal_at, $6 from numbered order by new_uid)
        select new_uid, flags, keyword_ids from numbered order by new_uid
        """;

    const string LostTemplate = """
        select count(*), coalesce(sum(size), 0)::bigint from (
            select distinct on (message_id) message_id, size from tombstones t where {0} and modseq = $3) gone
        where (select true from entries e where e.message_id = gone.message_id limit 1) is null
        """;

    /// <summary>Removes the entries of the given UIDs (ascending).</summary>
    public static async Task RemoveAsync(WriteTransaction transaction, FolderWrite folder, Uid[] uids, CancellationToken cancellation)
    {
        if (uids is not [])
        {
            await RemoveAsync(transaction, folder, UidFilter.Of(uids), "true", cancellation);
        }
    }

    /// <summary>Removes the entries of a folder that meet a condition, which has no parameters.</summary>
    public static async Task RemoveAsync(
        WriteTransaction transaction, FolderWrite folder, UidFilter filter, string condition, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            RemoveTemplate.Replace("{0}", $"{filter.Rows("entries", "e", 5)} and {condition}", StringComparison.Ordinal),
            [folder.Key.Inbox.Value, folder.Key.Folder.Value, folder.ModSeq.Value, transaction.Now, .. filter.Values]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            folder.AddExpunged(new((uint)reader.GetInt64(0)));
        }
    }

    /// <summary>
    /// Moves to Trash the messages whose last entries this transaction has removed from the folder, without
    /// <c>\Deleted</c>. Drafts do not move, because every autosave would fill Trash. Messages removed from Trash are
    /// deleted permanently.
    /// </summary>
    public static async Task FallAsync(WriteTransaction transaction, FolderWrite folder, CancellationToken cancellation)
    {
        if (folder.Expunged.Count == 0)
        {
            return;
        }
        if (folder.Name == FolderName.Trash || folder.Name == FolderName.Drafts)
        {
            await LoseAsync(transaction, folder, cancellation);
            return;
        }
        var trash = await transaction.OpenFixedFolderAsync(folder.Inbox, FolderName.Trash, cancellation);
        var filter = UidFilter.Of(folder.Expunged.ToArray());
        await using var command = transaction.Connection.Command(
            FallTemplate.Replace("{0}", filter.Rows("tombstones", "t", 7), StringComparison.Ordinal),
            [
                folder.Key.Inbox.Value, folder.Key.Folder.Value, folder.ModSeq.Value, trash.Key.Folder.Value, (long)trash.UidNext.Value,
                transaction.Now, .. filter.Values,
            ]);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var keywords = reader.IsDBNull(2) ? null : reader.GetFieldValue<int[]>(2);
                trash.AddChanged(new(trash.TakeUids(1), (SystemFlags)reader.GetInt32(1), keywords));
            }
        }
    }

    /// <summary>
    /// Subtracts from the inbox's usage the messages whose last entries this transaction has removed from the folder.
    /// </summary>
    public static async Task LoseAsync(WriteTransaction transaction, FolderWrite folder, CancellationToken cancellation)
    {
        var filter = UidFilter.Of(folder.Expunged.ToArray());
        await using var command = transaction.Connection.Command(
            LostTemplate.Replace("{0}", filter.Rows("tombstones", "t", 4), StringComparison.Ordinal),
            [folder.Key.Inbox.Value, folder.Key.Folder.Value, folder.ModSeq.Value, .. filter.Values]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        folder.Inbox.CountUsage(default(InboxUsage) - new InboxUsage(reader.GetInt64(0), reader.GetInt64(1)));
    }
}
