using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Live;

public sealed class LiveFolderTests
{
    /// <summary>
    /// Random operations by two stores on three folders. One lease follows by what its own writers hand over, one by the change log; both must hold what a
    /// third store reads from scratch.
    /// </summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task A_refreshed_snapshot_equals_a_full_load(int seed)
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        string[] names = ["INBOX", "Sent", "Trash"];
        var keys = new List<FolderKey>();
        foreach (var name in names)
        {
            keys.Add(await mail.FolderAsync(name));
        }
        var leases = new List<LiveFolderLease>();
        foreach (var store in (MailStore[])[mail.Store, other])
        {
            foreach (var key in keys)
            {
                leases.Add(await store.Live.OpenAsync(key, default));
            }
        }
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            for (var i = 0; i < 8; i++)
            {
                await ActAsync(random.Next(3) == 0 ? other : mail.Store, keys, random);
            }
            await AssertAllEqualAsync(await mail.OpenOtherAsync(), leases);
        }
        leases.ForEach(lease => lease.Dispose());
    }

    [Test]
    public async Task Own_changes_are_seen_when_the_writing_call_returns()
    {
        await using var mail = await Mailbox.CreateAsync();
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        var seen = lease.Folder.Current;
        var changed = lease.Folder.ChangedSinceAsync(seen, default);
        Assert.That(changed.IsCompleted, Is.False);
        await mail.AppendAsync("INBOX", "one");
        await changed;
        Assert.That(lease.Folder.Current.Count, Is.EqualTo(1));
        Assert.That(seen.Count, Is.Zero);
        Assert.That(lease.Folder.ChangedSinceAsync(seen, default).IsCompletedSuccessfully);
    }

    [Test]
    public async Task Changes_of_another_program_are_heard_without_asking()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        using var there = await other.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        for (var count = 1; count <= 5; count++)
        {
            var heard = there.Folder.ChangedSinceAsync(there.Folder.Current, default);
            await mail.AppendAsync("INBOX", "one");
            await heard.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.That(there.Folder.Current.Count, Is.EqualTo(count));
        }
    }

    [Test]
    public async Task A_refresh_without_news_keeps_the_snapshot()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one");
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        var seen = lease.Folder.Current;
        Assert.That(await lease.Folder.RefreshAsync(default), Is.SameAs(seen));
        var waiting = lease.Folder.ChangedSinceAsync(seen, default);
        await mail.AppendAsync("Sent", "elsewhere");
        Assert.That(waiting.IsCompleted, Is.False);
    }

    [Test]
    public async Task Waiting_for_a_change_can_be_given_up()
    {
        await using var mail = await Mailbox.CreateAsync();
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        using var stop = new CancellationTokenSource();
        var waiting = lease.Folder.ChangedSinceAsync(lease.Folder.Current, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_deleted_folder_is_gone_here_and_elsewhere_and_keeps_its_last_snapshot()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        var key = await mail.CreateAsync("Work");
        await mail.AppendAsync("Work", "one");
        using var here = await mail.Store.Live.OpenAsync(key, default);
        using var there = await other.Live.OpenAsync(key, default);
        var changed = here.Folder.ChangedSinceAsync(here.Folder.Current, default);
        await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("Work"), default);
        await changed;
        Assert.That(here.Folder.IsGone);
        await there.Folder.RefreshAsync(default);
        Assert.That(there.Folder.IsGone);
        Assert.That(there.Folder.Current.Count, Is.EqualTo(1));
        Assert.That(
            async () => await mail.Store.Live.OpenAsync(key, default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.FolderNotFound));
    }

    [Test]
    public async Task A_folder_whose_change_log_was_pruned_is_read_anew()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        using var there = await other.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        await mail.AppendAsync("INBOX", "one", "two", "three");
        await mail.DeleteAsync("INBOX", new Uid(2));
        Assert.That(await mail.ScalarAsync<long>("with gone as (delete from changes returning 1) select count(*) from gone"), Is.GreaterThan(3));
        await mail.ScalarAsync<int>("update folders set change_floor = modseq where name = 'INBOX' returning 1");
        Assert.That(Mailbox.Entries(await there.Folder.RefreshAsync(default)), Is.EqualTo((string[])["1:None:", "3:None:"]));
    }

    [Test]
    public async Task Many_readers_and_writers_at_once_end_with_one_view()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        var key = await mail.FolderAsync("INBOX");
        using var here = await mail.Store.Live.OpenAsync(key, default);
        using var there = await other.Live.OpenAsync(key, default);
        await mail.AppendAsync("INBOX", "a", "b", "c", "d");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            var (store, lease) = worker % 2 == 0 ? (mail.Store, here) : (other, there);
            for (var i = 0; i < 20; i++)
            {
                var flag = (SystemFlags)(1 << (worker + i) % 3);
                var mode = i % 2 == 0 ? FlagChangeMode.Add : FlagChangeMode.Remove;
                await store.FlagChanges.ApplyAsync(key, new Uid[] { new(1), new(3) }, new(mode, flag, KeywordSet.Of($"w{worker}")), null, default);
                var known = lease.Folder.Current;
                Assert.That((await lease.Folder.RefreshAsync(default)).HighestModSeq, Is.GreaterThanOrEqualTo(known.HighestModSeq));
            }
        }));
        await AssertAllEqualAsync(await mail.OpenOtherAsync(), [here, there]);
    }

    static async Task AssertAllEqualAsync(MailStore fresh, List<LiveFolderLease> leases)
    {
        foreach (var lease in leases)
        {
            var refreshed = await lease.Folder.RefreshAsync(default);
            using var loaded = await fresh.Live.OpenAsync(refreshed.Key, default);
            var full = loaded.Folder.Current;
            Assert.That(All(refreshed), Is.EqualTo(All(full)));
            Assert.That(
                (refreshed.UidNext, refreshed.UidValidity, refreshed.HighestModSeq), Is.EqualTo((full.UidNext, full.UidValidity, full.HighestModSeq)));
        }
    }

    static FolderEntry[] All(FolderSnapshot snapshot) => [.. snapshot.Blocks.SelectMany(block => block.Entries.ToArray())];

    static async Task ActAsync(MailStore store, List<FolderKey> keys, Random random)
    {
        var key = keys[random.Next(keys.Count)];
        var to = keys[random.Next(keys.Count)].Folder;
        using var lease = await store.Live.OpenAsync(key, default);
        var uids = All(lease.Folder.Current).Select(entry => entry.Uid).Where(_ => random.Next(3) == 0).ToArray();
        switch (random.Next(6))
        {
            case 0 or 1:
                await AppendAsync(store, key, random);
                break;
            case 2:
                var change = new FlagChange(
                    (FlagChangeMode)random.Next(3), (SystemFlags)random.Next(32), KeywordSet.Of(random.Next(2) == 0 ? [] : ["k" + random.Next(9)]));
                await store.FlagChanges.ApplyAsync(key, uids, change, null, default);
                break;
            case 3:
                await store.Copies.CopyAsync(key, uids, to, default);
                break;
            case 4:
                await store.Copies.MoveAsync(key, uids, to, default);
                break;
            default:
                await store.Expunges.ExpungeDeletedAsync(key, random.Next(2) == 0 ? null : uids, default);
                break;
        }
    }

    static async Task AppendAsync(MailStore store, FolderKey key, Random random)
    {
        await using var message = store.Appends.Receive();
        await message.WriteAsync(new System.Buffers.ReadOnlySequence<byte>("Subject: x\r\n\r\ny\r\n"u8.ToArray()), default);
        await message.CompleteAsync(default);
        var item = new AppendItem(message, (SystemFlags)random.Next(32), KeywordSet.Of("k" + random.Next(9)), null);
        await store.Appends.AppendAsync(key, [.. Enumerable.Repeat(item, random.Next(1, 6))], default);
    }
}
