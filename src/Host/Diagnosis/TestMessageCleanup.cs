using System.Text;
using AgentPost.Store;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Diagnosis;

/// <summary>Permanently deletes the message that a check sent, from every folder.</summary>
static class TestMessageCleanup
{
    // The test message is among the last few messages of each folder.
    const int LookedAt = 50;

    // Messages deleted from INBOX and Sent move to Trash.
    static readonly FolderName[] Places = [FolderName.Inbox, FolderName.Sent, FolderName.Trash];

    /// <param name="subject">Unique subject of the test message.</param>
    public static async Task RemoveAsync(DoctorTarget target, string subject)
    {
        // The message was sent, so delete it even if the check was canceled.
        var cancellation = CancellationToken.None;
        foreach (var name in Places)
        {
            if (await target.Store.Folders.FindAsync(target.Inbox.Id, name, cancellation) is { } folder)
            {
                var key = new FolderKey(target.Inbox.Id, folder.Id);
                var uids = await FindAsync(target.Store, key, subject, cancellation);
                await target.Store.FlagChanges.ApplyAsync(key, uids, new(FlagChangeMode.Add, SystemFlags.Deleted, KeywordSet.Empty), null, cancellation);
                await target.Store.Expunges.ExpungeDeletedAsync(key, uids, cancellation);
            }
        }
    }

    static async Task<Uid[]> FindAsync(MailStore store, FolderKey key, string subject, CancellationToken cancellation)
    {
        using var lease = await store.Live.OpenAsync(key, cancellation);
        var snapshot = lease.Folder.Current;
        var last = Enumerable.Range(0, snapshot.Count).TakeLast(LookedAt).Select(index => snapshot[index].Uid).ToArray();
        using var batch = await store.Messages.ReadBatchAsync(key, last, MessageColumns.Header, cancellation);
        return [.. batch.Rows.Where(row => Encoding.Latin1.GetString(row.Header.Span).Contains(subject, StringComparison.Ordinal)).Select(row => row.Uid)];
    }
}
