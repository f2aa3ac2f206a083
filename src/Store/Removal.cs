namespace AgentPost.Store;

/// <summary>Takes entries out of a folder and leaves tombstones, by which sessions that still see them can read on for an hour.</summary>
static class Removal
{
    const string RemoveTemplate = """
        with gone as (
            delete from entries where inbox_id = $1 and folder_id = $2 and {0}
            returning uid, message_id, flags, keyword_ids, size, internal_at, saved_at),
        buried as (
            insert into tombstones (
                inbox_id, folder_id, uid, message_id, flags, keyword_ids, modseq, size, internal_at, saved_at, expunged_at)
            select $1, $2, uid, message_id, flags, keyword_ids, $3, size, internal_at, saved_at, $4 from gone)
        select uid from gone order by uid
        """;

    // Runs after the removal, so that what it finds is what remains. A message that was in the folder twice falls once, and is looked for once:
    // each look passes over all its entries that have just been deleted.
    const string FallTemplate = """
        with fallen as materialized (
            select distinct on (message_id) uid, message_id, flags, keyword_ids, size, internal_at
            from tombstones
            where inbox_id = $1 and folder_id = $2 and modseq = $3 and {0}
            order by message_id, uid),
        last as materialized (
            select uid, message_id, flags, keyword_ids, size, internal_at from fallen
            where not exists (select from entries e where e.inbox_id = $1 and e.message_id = fallen.message_id)),
        numbered as materialized (
            select $5 + row_number() over (order by uid) - 1 as new_uid, message_id, flags & ~8 as flags, keyword_ids, size, internal_at from last),
        inserted as (
            insert into entries (inbox_id, folder_id, uid, message_id, flags, keyword_ids, modseq, size, internal_at, saved_at)
            select $1, $4, new_uid, message_id, flags, keyword_ids, $3, size, internal_at, $6 from numbered order by new_uid)
        select new_uid, flags, keyword_ids from numbered order by new_uid
        """;

    const string LostTemplate = """
        select count(*), coalesce(sum(size), 0)::bigint from (
            select distinct on (message_id) message_id, size from tombstones
            where inbox_id = $1 and folder_id = $2 and modseq = $3 and {0}) gone
        where not exists (select from entries e where e.inbox_id = $1 and e.message_id = gone.message_id)
        """;

    /// <summary>Removes the entries of the given UIDs (ascending).</summary>
    public static async Task RemoveAsync(WriteTransaction transaction, FolderWrite folder, Uid[] uids, CancellationToken cancellation)
    {
        if (uids is not [])
        {
            var filter = UidFilter.Of(uids);
            await RemoveAsync(transaction, folder, filter.Where("uid", 5), filter.Values, cancellation);
        }
    }

    /// <summary>Removes the entries that meet a condition, whose parameters are numbered from $5.</summary>
    public static async Task RemoveAsync(
        WriteTransaction transaction, FolderWrite folder, string condition, object[] values, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            RemoveTemplate.Replace("{0}", condition, StringComparison.Ordinal),
            [folder.Key.Inbox.Value, folder.Key.Folder.Value, folder.ModSeq.Value, transaction.Now, .. values]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            folder.AddExpunged(new((uint)reader.GetInt64(0)));
        }
    }

    /// <summary>
    /// Lets the messages whose last entries this transaction has removed from the folder fall into Trash, without <c>\Deleted</c>. Drafts are the
    /// exception, else every autosave would litter Trash; and what leaves Trash is gone.
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
            FallTemplate.Replace("{0}", filter.Where("uid", 7), StringComparison.Ordinal),
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

    /// <summary>The inbox no longer holds the messages whose last entries this transaction has removed from the folder.</summary>
    public static async Task LoseAsync(WriteTransaction transaction, FolderWrite folder, CancellationToken cancellation)
    {
        var filter = UidFilter.Of(folder.Expunged.ToArray());
        await using var command = transaction.Connection.Command(
            LostTemplate.Replace("{0}", filter.Where("uid", 4), StringComparison.Ordinal),
            [folder.Key.Inbox.Value, folder.Key.Folder.Value, folder.ModSeq.Value, .. filter.Values]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        folder.Inbox.CountUsage(default(InboxUsage) - new InboxUsage(reader.GetInt64(0), reader.GetInt64(1)));
    }
}
