using System.Buffers;
using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.Store.Tests;

/// <summary>An inbox on a database of its own, with short words for what tests do to it.</summary>
sealed class Mailbox : IAsyncDisposable
{
    readonly TestDatabase _database;
    readonly List<MailStore> _others = [];

    Mailbox(TestDatabase database, MailStore store, Inbox inbox)
    {
        _database = database;
        Store = store;
        Inbox = inbox;
    }

    public MailStore Store { get; }

    public Inbox Inbox { get; }

    public string ConnectionString => _database.ConnectionString;

    public string DataFolder => _database.DataFolder;

    public static async Task<Mailbox> CreateAsync()
    {
        var database = await Postgres.Instance.CreateDatabaseAsync();
        var store = await database.OpenStoreAsync();
        return new(database, store, await store.Accounts.CreateInboxAsync("ann@example.test", null, default));
    }

    /// <summary>Another store on the same database, as another program would have; disposed with the mailbox.</summary>
    public async Task<MailStore> OpenOtherAsync()
    {
        var other = await _database.OpenStoreAsync();
        _others.Add(other);
        return other;
    }

    /// <summary>Another store, in which inboxes have this capacity; the caller disposes it.</summary>
    public Task<MailStore> OpenOtherAsync(InboxCapacity capacity) => _database.OpenStoreAsync(capacity);

    /// <summary>Another store with other options; the caller disposes it.</summary>
    public Task<MailStore> OpenAsync(Func<MailStoreOptions, MailStoreOptions> change, TimeProvider? time = null) =>
        _database.OpenStoreAsync(change, time);

    public async Task<FolderKey> FolderAsync(string name) =>
        new(Inbox.Id, (await Store.Folders.FindAsync(Inbox.Id, Name(name), default))?.Id ?? throw new InvalidOperationException($"No folder {name}."));

    public async Task<FolderKey> CreateAsync(string name) => new(Inbox.Id, (await Store.Folders.CreateAsync(Inbox.Id, Name(name), null, default)).Id);

    public async Task<FolderSnapshot> SnapshotAsync(string name)
    {
        using var lease = await Store.Live.OpenAsync(await FolderAsync(name), default);
        return lease.Folder.Current;
    }

    /// <summary>Appends messages of a line of text each; returns their UIDs.</summary>
    public async Task<Uid[]> AppendAsync(string folder, params string[] subjects)
    {
        var key = await FolderAsync(folder);
        var uids = new List<Uid>();
        foreach (var subject in subjects)
        {
            uids.AddRange((await AppendAsync(key, $"Subject: {subject}\r\n\r\nBody of {subject}\r\n")).Uids);
        }
        return [.. uids];
    }

    public async Task<AppendResult> AppendAsync(
        FolderKey folder, string text, SystemFlags flags = SystemFlags.None, KeywordSet? keywords = null, DateTimeOffset? internalAt = null)
    {
        await using var message = await ReceiveAsync(text);
        return await Store.Appends.AppendAsync(folder, [new(message, flags, keywords ?? KeywordSet.Empty, internalAt)], default);
    }

    /// <summary>A completed message; the caller disposes it.</summary>
    public Task<IncomingMessage> ReceiveAsync(string text) => ReceiveAsync(Encoding.UTF8.GetBytes(text));

    public async Task<IncomingMessage> ReceiveAsync(ReadOnlyMemory<byte> octets)
    {
        var message = Store.Appends.Receive();
        await message.WriteAsync(new ReadOnlySequence<byte>(octets), default);
        await message.CompleteAsync(default);
        return message;
    }

    public async Task<FlagChangeResult> FlagAsync(string folder, Uid[] uids, FlagChangeMode mode, SystemFlags flags, params string[] keywords) =>
        await Store.FlagChanges.ApplyAsync(await FolderAsync(folder), uids, new(mode, flags, KeywordSet.Of(keywords)), null, default);

    /// <summary>Flags the entries <c>\Deleted</c> and expunges them.</summary>
    public async Task<IReadOnlyList<Uid>> DeleteAsync(string folder, params Uid[] uids)
    {
        await FlagAsync(folder, uids, FlagChangeMode.Add, SystemFlags.Deleted);
        return await Store.Expunges.ExpungeDeletedAsync(await FolderAsync(folder), uids, default);
    }

    /// <summary>The whole text of a message of at most 256 KB; null when it is nowhere to be found.</summary>
    public async Task<string?> TextAsync(string folder, Uid uid)
    {
        using var batch = await Store.Messages.ReadBatchAsync(await FolderAsync(folder), new[] { uid }, MessageColumns.Octets, default);
        return batch.Rows.Count == 0 ? null : Encoding.UTF8.GetString(batch.Rows[0].Octets.Span);
    }

    public Task<long> CountAsync(string table) => ScalarAsync<long>("select count(*) from " + table);

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("No row."));
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until a condition holds in the database.</summary>
    public async Task UntilAsync(string condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await ScalarAsync<bool>(condition))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>The entries of a folder in words: <c>uid:flags:keywords</c>.</summary>
    public async Task<string[]> EntriesAsync(string folder) => Entries(await SnapshotAsync(folder));

    public static string[] Entries(FolderSnapshot snapshot) =>
        [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Select(entry => $"{entry.Uid}:{entry.Flags}:{entry.Keywords}")];

    public static FolderName Name(string name) => FolderName.TryParse(name, out var parsed) ? parsed : throw new ArgumentException(name);

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }
        await Store.DisposeAsync();
        await _database.DisposeAsync();
    }
}
