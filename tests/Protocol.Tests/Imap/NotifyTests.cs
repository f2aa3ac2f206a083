using System.Buffers;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>NOTIFY as transcripts cannot show it: with other programs on the same database, and with more mailboxes than are watched.</summary>
[CancelAfter(60_000)]
sealed class NotifyTests
{
    TestPostgres _postgres = null!;
    TestDatabase _database = null!;
    ImapServer _server = null!;
    InboxId _inbox;

    [OneTimeSetUp]
    public async Task StartPostgres() => _postgres = await TestPostgres.StartAsync();

    [OneTimeTearDown]
    public async Task StopPostgres() => await _postgres.DisposeAsync();

    [SetUp]
    public async Task Start()
    {
        _database = await _postgres.CreateDatabaseAsync();
        _server = await ImapServer.StartAsync(_database, new("localhost"));
        _inbox = (await _server.Store.Accounts.ListInboxesAsync(default)).Single().Id;
    }

    [TearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task What_another_program_changes_is_told_while_no_command_runs()
    {
        await using var imap = await _server.LogInAsync();
        await using var other = await _database.OpenStoreAsync();
        (await imap.CommandAsync(
            "NOTIFY SET (personal (MessageNew MessageExpunge MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange))")).EnsureOk();

        var folder = await other.Folders.CreateAsync(_inbox, Name("New"), null, default);
        Assert.That(await imap.ReadAsync(), Is.EqualTo(@"* LIST (\HasNoChildren) ""/"" New"));

        await AppendAsync(other, new(_inbox, folder.Id));
        Assert.That(await imap.ReadAsync(), Does.StartWith("* STATUS New (MESSAGES 1 UIDNEXT 2 "));

        await other.Folders.SubscribeAsync(_inbox, Name("New"), default);
        Assert.That(await imap.ReadAsync(), Is.EqualTo(@"* LIST (\HasNoChildren \Subscribed) ""/"" New"));

        await other.Annotations.SetAsync(_inbox, folder.Id, [new("/shared/comment", [1])], default);
        Assert.That(await imap.ReadAsync(), Is.EqualTo("* METADATA New /shared/comment"));

        await other.Folders.RenameAsync(_inbox, Name("New"), Name("Newer"), default);
        Assert.That(await imap.ReadAsync(), Is.EqualTo(@"* LIST (\HasNoChildren) ""/"" Newer (""OLDNAME"" (New))"));
        // The subscription stays with the name.
        await other.Folders.DeleteAsync(_inbox, Name("Newer"), default);
        Assert.That(await imap.ReadUntilAsync("Newer"), Is.EqualTo(@"* LIST (\NonExistent \HasNoChildren) ""/"" Newer"));
    }

    [Test]
    public async Task More_mailboxes_than_can_be_watched_are_refused_and_end_the_notifications_that_there_were()
    {
        await using var imap = await _server.LogInAsync();
        await MakeFoldersAsync(900);
        (await imap.CommandAsync("NOTIFY SET (personal (MessageNew MessageExpunge))")).EnsureOk();

        await MakeFoldersAsync(200);
        await _server.Store.Folders.CreateAsync(_inbox, Name("One more"), null, default);

        Assert.That(await imap.ReadAsync(), Does.StartWith("* OK [NOTIFICATIONOVERFLOW] "));
        var again = await imap.CommandAsync("NOTIFY SET (personal (MessageNew MessageExpunge))");
        Assert.That(again.Status, Does.StartWith("NO [NOTIFICATIONOVERFLOW] "));
        (await imap.CommandAsync("NOTIFY SET (personal (MailboxName))")).EnsureOk();
    }

    static FolderName Name(string name) => FolderName.TryParse(name, out var parsed) ? parsed : throw new ArgumentException(name);

    static async Task AppendAsync(MailStore store, FolderKey folder)
    {
        await using var message = store.Appends.Receive();
        await message.WriteAsync(new ReadOnlySequence<byte>("Subject: a\r\n\r\nText\r\n"u8.ToArray()), default);
        await message.CompleteAsync(default);
        await store.Appends.AppendAsync(folder, [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);
    }

    // As many by CREATE would take longer than the test.
    async Task MakeFoldersAsync(int count)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            with taken as (update inboxes set next_folder_id = next_folder_id + @count returning inbox_id, next_folder_id - @count as first)
            insert into folders (inbox_id, folder_id, name, uid_validity) select inbox_id, first + i, 'Made ' || (first + i), 1
            from taken, generate_series(0, @count - 1) i
            """,
            connection);
        command.Parameters.AddWithValue("count", count);
        await command.ExecuteNonQueryAsync();
    }
}
