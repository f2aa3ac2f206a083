using AgentPost.Store;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.MailFiles;

/// <summary>Writes the folders of an inbox to files.</summary>
/// <param name="open">Opens the files of a folder.</param>
sealed class MailExport(MailStore store, InboxId inbox, Func<FolderName, FolderFiles> open, WorkProgress progress)
{
    const int RowsAtOnce = 1000;

    // Each row contains the first bytes of its message, at most one chunk.
    const long OctetsAtOnce = 1024 * 1024;
    const long MostOfOne = 256 * 1024;

    public long Exported { get; private set; }

    public async Task RunAsync(IReadOnlyList<Folder> folders, CancellationToken cancellation)
    {
        foreach (var folder in folders)
        {
            using var lease = await store.Live.OpenAsync(new(inbox, folder.Id), cancellation);
            await using var files = open(folder.Name);
            await WriteAsync(lease.Folder.Current, files, cancellation);
            await files.CompleteAsync(cancellation);
        }
    }

    async Task WriteAsync(FolderSnapshot snapshot, FolderFiles files, CancellationToken cancellation)
    {
        for (var from = 0; from < snapshot.Count; from += RowsAtOnce)
        {
            var entries = Enumerable.Range(from, Math.Min(RowsAtOnce, snapshot.Count - from)).Select(index => snapshot[index]).ToList();
            foreach (var some in await GroupAsync(snapshot.Key, entries, cancellation))
            {
                await WriteAsync(snapshot, some, files, cancellation);
            }
        }
    }

    // Groups messages that are read together.
    async Task<List<List<FolderEntry>>> GroupAsync(FolderKey folder, List<FolderEntry> entries, CancellationToken cancellation)
    {
        using var sizes = await store.Messages.ReadBatchAsync(folder, UidsOf(entries), MessageColumns.Size, cancellation);
        var sizeOf = sizes.Rows.ToDictionary(row => row.Uid, row => row.Size);
        var groups = new List<List<FolderEntry>>();
        var octets = OctetsAtOnce;
        foreach (var entry in entries)
        {
            octets += Math.Min(sizeOf.GetValueOrDefault(entry.Uid), MostOfOne);
            if (octets > OctetsAtOnce)
            {
                groups.Add([]);
                octets = 0;
            }
            groups[^1].Add(entry);
        }
        return groups;
    }

    async Task WriteAsync(FolderSnapshot snapshot, List<FolderEntry> entries, FolderFiles files, CancellationToken cancellation)
    {
        using var batch = await store.Messages.ReadBatchAsync(
            snapshot.Key, UidsOf(entries), MessageColumns.Size | MessageColumns.InternalAt | MessageColumns.Octets, cancellation);
        foreach (var row in batch.Rows)
        {
            var entry = snapshot[snapshot.IndexOf(row.Uid)];
            await files.WriteAsync(new(store, inbox, snapshot.UidValidity, entry, row), cancellation);
            progress.Advance(row.Size);
            Exported++;
        }
    }

    static Uid[] UidsOf(List<FolderEntry> entries) => [.. entries.Select(entry => entry.Uid)];
}
