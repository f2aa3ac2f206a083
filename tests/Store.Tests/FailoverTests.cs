using System.Buffers;
using System.Diagnostics;
using AgentPost.Store.Model;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Store.Tests;

/// <summary>The primary fails and its standby takes over, while a store is connected to both.</summary>
public sealed class FailoverTests
{
    PostgresPair _servers;

    [SetUp]
    public async Task StartAsync() => _servers = await PostgresPair.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _servers.DisposeAsync();

    [Test]
    public async Task With_both_hosts_in_the_setting_the_store_goes_on_with_the_promoted_standby()
    {
        await _servers.RequireStandbyAsync();
        await using var store = await OpenAsync(_servers.ConnectionString);
        await store.Accounts.CreateInboxAsync("ann@example.test", null, default);
        await _servers.KillPrimaryAsync();
        Assert.That(async () => await store.PingAsync(default), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(() => AppendAsync(store), Throws.TypeOf<StoreUnavailableException>());

        await _servers.PromoteStandbyAsync();
        var since = Stopwatch.StartNew();
        while (!await IsReadyAsync(store))
        {
            Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        }
        TestContext.Out.WriteLine($"Ready {since.ElapsedMilliseconds} ms after the promotion.");
        await AppendAsync(store);
        var entries = await PostgresPair.ScalarAsync<long>(
            _servers.StandbyConnectionString, "select count(*) from entries");
        Assert.That(entries, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_takes_no_changes_is_not_ready()
    {
        await using var store = await OpenAsync(_servers.PrimaryConnectionString);
        await store.PingAsync(default);
        await _servers.DemotePrimaryAsync();
        Assert.That(
            async () => await store.PingAsync(default),
            Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("standby"));
    }

    static async Task<bool> IsReadyAsync(MailStore store)
    {
        try
        {
            await store.PingAsync(default);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    static async Task AppendAsync(MailStore store)
    {
        var inbox = await store.Accounts.FindInboxAsync("ann@example.test", default);
        var folder = await store.Folders.FindAsync(inbox!.Id, FolderName.Inbox, default);
        await using var message = store.Appends.Receive();
        await message.WriteAsync(new ReadOnlySequence<byte>("Subject: hi\r\n\r\nHello\r\n"u8.ToArray()), default);
        await message.CompleteAsync(default);
        await store.Appends.AppendAsync(
            new(inbox.Id, folder!.Id), [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);
    }

    Task<MailStore> OpenAsync(string connectionString) => MailStore.OpenAsync(
        new(_servers.DataFolder, connectionString) { Domains = ["example.test"] }, NullLoggerFactory.Instance,
        TimeProvider.System, default);
}
