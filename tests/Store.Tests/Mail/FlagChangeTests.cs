using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class FlagChangeTests
{
    [Test]
    public async Task Flags_and_keywords_are_added_removed_and_replaced()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two", "three");
        await mail.FlagAsync("INBOX", uids, FlagChangeMode.Add, SystemFlags.Seen, "b", "a");
        await mail.FlagAsync("INBOX", uids[1..], FlagChangeMode.Add, SystemFlags.Flagged, "c", "A");
        await mail.FlagAsync("INBOX", uids[2..], FlagChangeMode.Remove, SystemFlags.Seen, "b", "never-used");
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:Seen:a b", "2:Seen, Flagged:a b c", "3:Flagged:a c"]));
        await mail.FlagAsync("INBOX", [uids[0], uids[2]], FlagChangeMode.Replace, SystemFlags.Draft, "c");
        await mail.FlagAsync("INBOX", uids[1..2], FlagChangeMode.Replace, SystemFlags.None);
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:Draft:c", "2:None:", "3:Draft:c"]));
        await mail.FlagAsync("INBOX", uids, FlagChangeMode.Remove, SystemFlags.None, "c");
        Assert.That(await mail.ScalarAsync<long>("select count(*) from entries where keyword_ids is null"), Is.EqualTo(3));
    }

    [Test]
    public async Task Entries_that_already_are_so_are_not_touched()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two");
        var first = await mail.FlagAsync("INBOX", uids[..1], FlagChangeMode.Add, SystemFlags.Seen, "k");
        var second = await mail.FlagAsync("INBOX", uids, FlagChangeMode.Add, SystemFlags.Seen, "K");
        Assert.That(second.Changed, Is.EqualTo(uids[1..]));
        Assert.That(second.ModSeq, Is.GreaterThan(first.ModSeq));
        var third = await mail.FlagAsync("INBOX", uids, FlagChangeMode.Replace, SystemFlags.Seen, "k");
        Assert.That(third.Changed, Is.Empty);
        Assert.That(third.ModSeq, Is.EqualTo(second.ModSeq));
        Assert.That((await mail.SnapshotAsync("INBOX")).HighestModSeq, Is.EqualTo(second.ModSeq));
    }

    [Test]
    public async Task Entries_changed_since_are_left_alone_and_reported()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two", "three");
        var since = (await mail.SnapshotAsync("INBOX")).HighestModSeq;
        await mail.FlagAsync("INBOX", uids[1..2], FlagChangeMode.Add, SystemFlags.Answered);
        var result = await mail.Store.FlagChanges.ApplyAsync(
            await mail.FolderAsync("INBOX"), uids, new(FlagChangeMode.Add, SystemFlags.Seen, KeywordSet.Empty), since, default);
        Assert.That(result.Refused, Is.EqualTo(uids[1..2]));
        Assert.That(result.Changed, Is.EqualTo((Uid[])[uids[0], uids[2]]));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:Seen:", "2:Answered:", "3:Seen:"]));
    }

    [Test]
    public async Task Unknown_UIDs_are_passed_over()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two");
        var result = await mail.FlagAsync("INBOX", [uids[1], new(7), new(4_000_000_000)], FlagChangeMode.Add, SystemFlags.Seen);
        Assert.That(result.Changed, Is.EqualTo(uids[1..]));
        Assert.That((await mail.FlagAsync("INBOX", [], FlagChangeMode.Add, SystemFlags.Seen)).Changed, Is.Empty);
    }

    [Test]
    public async Task A_folder_that_is_gone_refuses()
    {
        await using var mail = await Mailbox.CreateAsync();
        Assert.That(
            async () => await mail.Store.FlagChanges.ApplyAsync(
                new(mail.Inbox.Id, new(99)), new Uid[] { new(1) }, new(FlagChangeMode.Add, SystemFlags.Seen, KeywordSet.Empty), null, default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.FolderNotFound));
    }
}
