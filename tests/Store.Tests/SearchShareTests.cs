using System.Diagnostics;
using System.Globalization;
using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Search;
using Npgsql;

namespace AgentPost.Store.Tests;

/// <summary>Searches use a share of the database and end with their time or their caller. A locked table makes them as long as a test needs.</summary>
sealed class SearchShareTests
{
    const int Messages = 150;
    const int SearchesPerInbox = 20;

    static readonly SearchCriterion AnyText = new SearchCriterion.Contains(TextField.Body, "nowhere");

    Mailbox _mailbox = null!;
    FolderSnapshot[] _folders = null!;

    [OneTimeSetUp]
    public async Task FillTwoInboxes()
    {
        _mailbox = await Mailbox.CreateAsync();
        var other = await _mailbox.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        _folders = [await FillAsync(_mailbox.Inbox.Id), await FillAsync(other.Id)];
    }

    [OneTimeTearDown]
    public ValueTask Remove() => _mailbox.DisposeAsync();

    [Test]
    public async Task Searches_of_two_inboxes_leave_the_database_to_short_commands_and_end_with_their_callers()
    {
        await using var slow = await SlowSearches.BeginAsync(_mailbox.ConnectionString);
        using var callers = new CancellationTokenSource();
        var searches = _folders.SelectMany(folder => Enumerable.Range(0, SearchesPerInbox).Select(index => (index % 3) switch
        {
            0 => _mailbox.Store.Searches.FindAsync(folder, AnyText, callers.Token),
            1 => (Task)_mailbox.Store.MessageLists.ListAsync(folder.Key.Inbox, new() { Text = "nowhere" }, MessageOrder.NewestFirst, null, 50, callers.Token),
            _ => _mailbox.Store.Searches.FindAsync(folder, new SearchCriterion.Not(AnyText), callers.Token),
        })).ToArray();
        await slow.UntilAsync(running => running >= 2 * new SearchLimits().PerInbox);

        var since = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _mailbox.Store.PingAsync(default)));
        await _mailbox.AppendAsync("Drafts");
        await _mailbox.Store.Folders.FindAsync(_mailbox.Inbox.Id, FolderName.Inbox, default);
        Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(4)));
        Assert.That(await slow.CountAsync(), Is.EqualTo(2 * new SearchLimits().PerInbox));

        await callers.CancelAsync();
        Assert.That(async () => await Task.WhenAll(searches), Throws.InstanceOf<OperationCanceledException>());
        await slow.UntilAsync(running => running == 0);
    }

    [Test]
    public async Task A_search_that_takes_too_long_is_refused_and_ends_on_the_server()
    {
        await using var slow = await SlowSearches.BeginAsync(_mailbox.ConnectionString);
        await using var impatient = await MailStore.OpenAsync(
            new(_mailbox.DataFolder, _mailbox.ConnectionString) { Searching = new() { Timeout = TimeSpan.FromSeconds(2), PerInbox = 1 } },
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System, default);
        var (running, waiting) = (impatient.Searches.FindAsync(_folders[0], AnyText, default), impatient.Searches.FindAsync(_folders[0], AnyText, default));

        foreach (var search in new[] { running, waiting })
        {
            Assert.That(async () => await search, Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.SearchTimeout));
        }
        await slow.UntilAsync(running => running == 0);
    }

    [Test]
    public async Task Changes_of_one_inbox_leave_the_database_to_others()
    {
        await using var holder = new NpgsqlConnection(_mailbox.ConnectionString);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select from inboxes where inbox_id = $1 for update", holder) { Parameters = { new() { Value = _folders[0].Key.Inbox.Value } } };
        await hold.ExecuteNonQueryAsync();
        var changes = Enumerable.Range(0, 60).Select(_ => _mailbox.Store.FlagChanges.ApplyAsync(
            _folders[0].Key, new Uid[] { new(1) }, new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Empty), null, default)).ToArray();
        await Task.Delay(TimeSpan.FromMilliseconds(500));

        var since = Stopwatch.StartNew();
        await _mailbox.Store.FlagChanges.ApplyAsync(
            _folders[1].Key, new Uid[] { new(1) }, new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Empty), null, default);
        await _mailbox.Store.PingAsync(default);
        Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(4)));

        await transaction.RollbackAsync();
        await Task.WhenAll(changes);
    }

    async Task<FolderSnapshot> FillAsync(InboxId inbox)
    {
        var folder = new FolderKey(inbox, (await _mailbox.Store.Folders.FindAsync(inbox, FolderName.Inbox, default))!.Id);
        for (var index = 0; index < Messages; index++)
        {
            await _mailbox.AppendAsync(folder, string.Create(CultureInfo.InvariantCulture, $"Subject: {index}\r\n\r\nText\r\n"));
        }
        using var lease = await _mailbox.Store.Live.OpenAsync(folder, default);
        return lease.Folder.Current;
    }

    /// <summary>Holds the table of message texts, so that every search waits until this is disposed.</summary>
    sealed class SlowSearches : IAsyncDisposable
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        readonly NpgsqlDataSource _database;
        readonly NpgsqlConnection _holder;

        SlowSearches(NpgsqlDataSource database, NpgsqlConnection holder) => (_database, _holder) = (database, holder);

        public static async Task<SlowSearches> BeginAsync(string connectionString)
        {
            var database = NpgsqlDataSource.Create(connectionString);
            var holder = await database.OpenConnectionAsync();
            await using var hold = new NpgsqlCommand("begin; lock table message_texts in access exclusive mode", holder);
            await hold.ExecuteNonQueryAsync();
            return new(database, holder);
        }

        public async Task<long> CountAsync()
        {
            await using var count = _database.CreateCommand(
                "select count(*) from pg_locks where relation = 'message_texts'::regclass and not granted and database = (select oid from pg_database where datname = current_database())");
            return (long)(await count.ExecuteScalarAsync())!;
        }

        public async Task UntilAsync(Func<long, bool> condition)
        {
            var since = Stopwatch.StartNew();
            while (!condition(await CountAsync()))
            {
                Assert.That(since.Elapsed, Is.LessThan(Patience));
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _holder.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
