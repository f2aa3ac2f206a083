using System.Text;
using AgentPost.Store;

namespace AgentPost.Host.Diagnosis;

/// <summary>Takes the message that a check has sent out of every folder, for good.</summary>
static class OwnTraces
{
    // It is among the last few of each folder.
    const int LookedAt = 50;

    // What goes from INBOX and Sent falls into Trash.
    static readonly FolderName[] Places = [FolderName.Inbox, FolderName.Sent, FolderName.Trash];

    /// <param name="subject">Unique.</param>
    public static async Task RemoveAsync(Patient patient, string subject)
    {
        // It was sent, whatever has happened since.
        var cancellation = CancellationToken.None;
        foreach (var name in Places)
        {
            if (await patient.Store.Folders.FindAsync(patient.Inbox.Id, name, cancellation) is { } folder)
            {
                var key = new FolderKey(patient.Inbox.Id, folder.Id);
                var uids = await FindAsync(patient.Store, key, subject, cancellation);
                await patient.Store.FlagChanges.ApplyAsync(key, uids, new(FlagChangeMode.Add, SystemFlags.Deleted, KeywordSet.Empty), null, cancellation);
                await patient.Store.Expunges.ExpungeDeletedAsync(key, uids, cancellation);
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
