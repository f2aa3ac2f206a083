using System.Buffers;
using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Store.Tests;

/// <summary>A synchronous standby must have what is acknowledged; while it stands still, nothing is.</summary>
public sealed class SynchronousStandbyTests
{
    const string Text = "From: ann@example.test\r\nMessage-ID: <m@x>\r\nSubject: hi\r\n\r\nHello\r\n";

    PostgresPair _servers;
    MailStore _store;
    Inbox _inbox;

    [SetUp]
    public async Task StartAsync()
    {
        _servers = await PostgresPair.StartAsync();
        _store = await OpenAsync(_servers.PrimaryConnectionString + ";Command Timeout=1");
        _inbox = await _store.Accounts.CreateInboxAsync("ann@example.test", null, default);
        await _servers.RequireStandbyAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _store.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Test]
    public async Task Without_the_standby_no_change_is_acknowledged_and_repeating_one_that_is_there_is_not_either()
    {
        var key = (await _store.Accounts.CreateKeyAsync(new([Scope.All[0]], [], null, null), default)).Key.Id;
        await AppendAsync();
        await _servers.StopStandbyAsync();

        (string Name, Func<Task> Change)[] changes =
        [
            ("append", AppendAsync),
            ("flags", FlagAsync),
            ("flags again", FlagAsync),
            ("folder", async () => await _store.Folders.CreateAsync(_inbox.Id, Mailbox.Name("New"), null, default)),
            ("subscribe", () => _store.Folders.SubscribeAsync(_inbox.Id, Mailbox.Name("Other"), default)),
            ("unsubscribe", () => _store.Folders.UnsubscribeAsync(_inbox.Id, Mailbox.Name("Other"), default)),
            ("unsubscribe again", () => _store.Folders.UnsubscribeAsync(_inbox.Id, Mailbox.Name("Other"), default)),
            ("inbox", () => _store.Accounts.CreateInboxAsync("bob@example.test", null, default)),
            ("revoke", () => _store.Accounts.RevokeKeyAsync(key, default)),
            ("revoke again", () => _store.Accounts.RevokeKeyAsync(key, default)),
            ("submit", SubmitAsync),
            ("submit again", SubmitAsync),
            ("deliver", DeliverAsync),
        ];
        foreach (var (name, change) in changes)
        {
            Assert.That(
                change, Throws.TypeOf<StoreUnavailableException>().With.Property("MayHaveCommitted").True, name);
        }

        await _servers.StartStandbyAsync();
        await SubmitAsync();
        Assert.That(await CountAsync(_servers.PrimaryConnectionString, "submissions"), Is.EqualTo(1));
        await _servers.KillPrimaryAsync();
        await _servers.PromoteStandbyAsync();
        Assert.That(await CountAsync(_servers.StandbyConnectionString, "submissions"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_commit_whose_reply_is_lost_is_acknowledged_when_the_standby_has_it()
    {
        await _store.DisposeAsync();
        _store = await OpenAsync(_servers.PrimaryConnectionString);
        await _servers.StopStandbyAsync();
        // The server ends the connection while its commit waits: it is done, and nobody was told.
        var appending = AppendAsync();
        await UntilAsync("select exists (select from pg_stat_activity where wait_event = 'SyncRep')");
        await PostgresPair.ScalarAsync<bool>(
            _servers.PrimaryConnectionString,
            "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
        await _servers.StartStandbyAsync();
        Assert.That(async () => await appending, Throws.Nothing);
    }

    [Test]
    public async Task An_append_that_was_not_confirmed_is_not_doubled_when_it_is_repeated()
    {
        await _servers.StopStandbyAsync();
        Assert.That(AppendAsync, Throws.TypeOf<StoreUnavailableException>());
        await _servers.StartStandbyAsync();
        await AppendAsync();
        Assert.That(await CountAsync(_servers.PrimaryConnectionString, "entries"), Is.EqualTo(1));
        await AppendAsync();
        Assert.That(await CountAsync(_servers.PrimaryConnectionString, "entries"), Is.EqualTo(2));
    }

    static Task<long> CountAsync(string server, string table) =>
        PostgresPair.ScalarAsync<long>(server, "select count(*) from " + table);

    async Task UntilAsync(string condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await PostgresPair.ScalarAsync<bool>(_servers.PrimaryConnectionString, condition))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    async Task AppendAsync()
    {
        await using var message = await ReceiveAsync();
        await _store.Appends.AppendAsync(
            await FolderAsync(), [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);
    }

    async Task FlagAsync() => await _store.FlagChanges.ApplyAsync(
        await FolderAsync(), new Uid[] { new(1) }, new(FlagChangeMode.Add, SystemFlags.Seen, KeywordSet.Empty), null,
        default);

    async Task SubmitAsync()
    {
        await using var message = await ReceiveAsync();
        await _store.Submissions.SubmitAsync(
            new(_inbox, "ann@example.test", ["ann@example.test"], default, message), default);
    }

    async Task DeliverAsync()
    {
        await using var message = await ReceiveAsync();
        await _store.Arrivals.DeliverAsync(new(["ann@example.test"], message, KeywordSet.Empty, null), default);
    }

    async Task<FolderKey> FolderAsync() =>
        new(_inbox.Id, (await _store.Folders.FindAsync(_inbox.Id, FolderName.Inbox, default))!.Id);

    async Task<IncomingMessage> ReceiveAsync()
    {
        var message = _store.Appends.Receive();
        await message.WriteAsync(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(Text)), default);
        await message.CompleteAsync(default);
        return message;
    }

    Task<MailStore> OpenAsync(string connectionString) => MailStore.OpenAsync(
        new(_servers.DataFolder, connectionString) { Domains = ["example.test"] }, NullLoggerFactory.Instance,
        TimeProvider.System, default);
}
