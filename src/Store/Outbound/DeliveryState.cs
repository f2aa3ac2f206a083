using AgentPost.Store.Data;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Outbound;

/// <summary>
/// The delivery state of a sent message, as keywords of its entries. It changes like any flag, so every client sees it.
/// </summary>
static class DeliveryState
{
    /// <summary>At least one recipient is queued.</summary>
    public static readonly KeywordSet Queued = KeywordSet.Of("$Queued");

    /// <summary>Every recipient was delivered: their servers accepted the message.</summary>
    public static readonly KeywordSet Delivered = KeywordSet.Of("$Delivered");

    /// <summary>Delivery to at least one recipient failed.</summary>
    public static readonly KeywordSet Failed = KeywordSet.Of("$Failed");

    /// <summary>
    /// Updates the keywords of a message after some of its recipients have been settled. Its inbox is locked.
    /// </summary>
    public static async Task UpdateAsync(
        WriteTransaction transaction, InboxLock inbox, MessageId sent, bool hasFailed, bool isWaiting, CancellationToken cancellation)
    {
        foreach (var (folder, uid, flags, before) in await FindAsync(transaction, inbox, sent, cancellation))
        {
            var target = await transaction.OpenFolderAsync(inbox, folder, cancellation);
            var after = isWaiting ? before : before.Except(Queued);
            after = hasFailed
                ? after.Union(Failed)
                : isWaiting || after.Contains("$Failed") ? after : after.Union(Delivered);
            var change = new FlagChange(FlagChangeMode.Replace, flags, after);
            await FlagChanges.UpdateAsync(transaction, target, UidFilter.Of([uid]), change, null, cancellation);
        }
    }

    static async Task<List<(FolderId Folder, Uid Uid, SystemFlags Flags, KeywordSet Keywords)>> FindAsync(
        WriteTransaction transaction, InboxLock inbox, MessageId sent, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            "select folder_id, uid, flags, keyword_ids from (select * from entries where message_id = $2 offset 0) e where inbox_id = $1 order by folder_id, uid",
            inbox.Inbox.Value, sent.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(FolderId, Uid, SystemFlags, KeywordSet)>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add((
                new(reader.GetInt32(0)),
                new((uint)reader.GetInt64(1)),
                (SystemFlags)reader.GetInt32(2),
                inbox.Keywords.SetOf(reader.IsDBNull(3) ? null : reader.GetFieldValue<int[]>(3))));
        }
        return found;
    }
}
