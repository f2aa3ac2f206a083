using System.Buffers;
using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Support;

namespace AgentPost.Store.Tests;

/// <summary>
/// The connection to the database is lost in a commit. The store finds out what became of it before it says anything.
/// </summary>
public sealed class LostCommitTests
{
    const string Text = "From: ann@example.test\r\nMessage-ID: <m@x>\r\nSubject: hi\r\n\r\nThe marked one\r\n";

    TestDatabase _database;
    DatabaseLink _link;
    MailStore _store;
    Inbox _inbox;

    [SetUp]
    public async Task OpenAsync()
    {
        _database = await Postgres.Instance.CreateDatabaseAsync();
        _link = new(_database.ConnectionString);
        _store = await _database.OpenStoreAsync(
            options => options with { Database = _link.ConnectionString + ";Max Auto Prepare=0" });
        _inbox = await _store.Accounts.CreateInboxAsync("ann@example.test", null, default);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _store.DisposeAsync();
        await _link.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task What_was_committed_is_acknowledged()
    {
        await LoseAsync(LostCommit.Reply, "marked", AppendAsync);
        await LoseAsync(LostCommit.Reply, "marked", SubmitAsync);
        await LoseAsync(LostCommit.Reply, "marked", DeliverAsync);
        await LoseAsync(LostCommit.Reply, "bob@example.test", CreateInboxAsync);
        Assert.That(await CountAsync("entries"), Is.EqualTo(4));
        Assert.That(await CountAsync("inboxes"), Is.EqualTo(2));
    }

    [Test]
    public async Task What_was_rolled_back_is_not_acknowledged_and_can_be_repeated()
    {
        (string Octets, Func<Task> Change)[] changes =
        [
            ("marked", AppendAsync), ("marked", SubmitAsync), ("marked", DeliverAsync),
            ("bob@example.test", CreateInboxAsync),
        ];
        foreach (var (octets, change) in changes)
        {
            Assert.That(
                () => LoseAsync(LostCommit.Request, octets, change),
                Throws.TypeOf<StoreUnavailableException>().With.Property("MayHaveCommitted").False);
        }
        Assert.That(await CountAsync("messages"), Is.Zero);
        foreach (var (_, change) in changes)
        {
            await change();
        }
        Assert.That(await CountAsync("entries"), Is.EqualTo(4));
        Assert.That(await CountAsync("inboxes"), Is.EqualTo(2));
    }

    async Task LoseAsync(LostCommit point, string octets, Func<Task> change)
    {
        var lost = _link.LoseCommitOf(octets, point);
        try
        {
            await change();
        }
        finally
        {
            Assert.That(lost.IsCompleted, "The commit was not lost.");
        }
    }

    async Task AppendAsync()
    {
        await using var message = await ReceiveAsync();
        var folder = await _store.Folders.FindAsync(_inbox.Id, FolderName.Drafts, default);
        await _store.Appends.AppendAsync(
            new(_inbox.Id, folder!.Id), [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);
    }

    async Task SubmitAsync()
    {
        await using var message = await ReceiveAsync();
        await _store.Submissions.SubmitAsync(
            new(_inbox, "ann@example.test", ["ann@example.test"], default, message), default);
    }

    async Task DeliverAsync()
    {
        await using var message = await ReceiveAsync();
        await _store.Arrivals.DeliverAsync(
            new(["ann@example.test"], message, KeywordSet.Empty, null)
            {
                Received = new("zoe@elsewhere.test", message),
            },
            default);
    }

    async Task CreateInboxAsync() => await _store.Accounts.CreateInboxAsync("bob@example.test", null, default);

    async Task<IncomingMessage> ReceiveAsync()
    {
        var message = _store.Appends.Receive();
        await message.WriteAsync(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(Text)), default);
        await message.CompleteAsync(default);
        return message;
    }

    Task<long> CountAsync(string table) =>
        PostgresPair.ScalarAsync<long>(_database.ConnectionString, "select count(*) from " + table);
}
