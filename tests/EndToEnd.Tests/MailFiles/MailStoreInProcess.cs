using System.Buffers;
using System.Text;
using AgentPost.Host.MailFiles;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.MailFiles;

/// <summary>A store in the test's own process, with one inbox, and what import and export do to it.</summary>
sealed class MailStoreInProcess : IAsyncDisposable
{
    readonly TestDatabase _database;

    MailStoreInProcess(TestDatabase database, MailStore store, Inbox inbox)
    {
        _database = database;
        Store = store;
        Inbox = inbox;
    }

    public MailStore Store { get; }

    public Inbox Inbox { get; }

    /// <summary>What import and export told of things that went wrong.</summary>
    public List<string> Told { get; } = [];

    public static async Task<MailStoreInProcess> OpenAsync()
    {
        var database = await Databases.CreateAsync();
        var store = await database.OpenStoreAsync();
        return new(database, store, await store.Accounts.CreateInboxAsync("ann@example.test", null, default));
    }

    public async Task<MailImport> ImportAsync(string path, string? folder = null, InboxId? into = null)
    {
        var import = new MailImport(Store, into ?? Inbox.Id, folder is null ? null : Name(folder), new(_ => { }, Told.Add));
        await import.RunAsync(MailSources.Find(path), default);
        return import;
    }

    /// <summary>Imports the text of an mbox, octet for character.</summary>
    public async Task<MailImport> ImportTextAsync(string mbox)
    {
        var path = Path.Combine(_database.DataFolder, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(path, Encoding.Latin1.GetBytes(mbox));
        return await ImportAsync(path);
    }

    public async Task ExportAsync(string path, MailFormat format)
    {
        var export = new MailExport(
            Store, Inbox.Id, folder => format is MailFormat.Mbox ? new MboxFiles(path, folder) : new MaildirFiles(path, folder, Told.Add), new(_ => { }, Told.Add));
        await export.RunAsync((await Store.Folders.ListAsync(Inbox.Id, default)).Folders, default);
    }

    public async Task AppendAsync(
        string folder, byte[] octets, SystemFlags flags = SystemFlags.None, KeywordSet? keywords = null, DateTimeOffset? internalAt = null)
    {
        var name = Name(folder);
        var key = new FolderKey(Inbox.Id, (await Store.Folders.FindAsync(Inbox.Id, name, default) ?? await Store.Folders.CreateAsync(Inbox.Id, name, null, default)).Id);
        await using var message = Store.Appends.Receive();
        await message.WriteAsync(new ReadOnlySequence<byte>(octets), default);
        await message.CompleteAsync(default);
        await Store.Appends.AppendAsync(key, [new(message, flags, keywords ?? KeywordSet.Empty, internalAt)], default);
    }

    /// <summary>All messages of an inbox: folder, octets as text, flags, keywords, seconds of the internal date.</summary>
    public async Task<List<Held>> ReadAsync(InboxId? from = null)
    {
        var inbox = from ?? Inbox.Id;
        var held = new List<Held>();
        foreach (var folder in (await Store.Folders.ListAsync(inbox, default)).Folders)
        {
            using var lease = await Store.Live.OpenAsync(new(inbox, folder.Id), default);
            var snapshot = lease.Folder.Current;
            for (var i = 0; i < snapshot.Count; i++)
            {
                var entry = snapshot[i];
                using var batch = await Store.Messages.ReadBatchAsync(
                    snapshot.Key, new[] { entry.Uid }, MessageColumns.Octets | MessageColumns.InternalAt | MessageColumns.Size, default);
                var row = batch.Rows[0];
                var octets = row.Octets.ToArray().ToList();
                var chunk = new byte[256 * 1024];
                while (octets.Count < row.Size)
                {
                    octets.AddRange(chunk.AsSpan(0, await Store.Messages.ReadOctetsAsync(inbox, row.MessageId, octets.Count, chunk, default)));
                }
                held.Add(new(
                    folder.Name.Value, Encoding.Latin1.GetString([.. octets]), entry.Flags, entry.Keywords.ToString(), row.InternalAt.ToUnixTimeSeconds()));
            }
        }
        return held;
    }

    public static FolderName Name(string name) => FolderName.TryParse(name, out var parsed) ? parsed : throw new ArgumentException(name);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _database.DisposeAsync();
    }
}

sealed record Held(string Folder, string Text, SystemFlags Flags, string Keywords, long InternalAt);
