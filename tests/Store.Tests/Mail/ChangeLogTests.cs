using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class ChangeLogTests
{
    [Test]
    public async Task What_was_expunged_since_is_known_until_the_log_is_pruned()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two", "three", "four", "five");
        var inbox = await mail.FolderAsync("INBOX");
        var before = (await mail.SnapshotAsync("INBOX")).HighestModSeq;
        await mail.DeleteAsync("INBOX", uids[0], uids[3]);
        var between = (await mail.SnapshotAsync("INBOX")).HighestModSeq;
        await mail.DeleteAsync("INBOX", uids[1]);

        Assert.That(await mail.Store.ChangeLog.ExpungedSinceAsync(inbox, before, default), Is.EqualTo((UidRange[])[new(uids[0], uids[1]), new(uids[3], uids[3])]));
        Assert.That(await mail.Store.ChangeLog.ExpungedSinceAsync(inbox, between, default), Is.EqualTo((UidRange[])[new(uids[1], uids[1])]));
        Assert.That(await mail.Store.ChangeLog.ExpungedSinceAsync(inbox, new(long.MaxValue), default), Is.Empty);
        await mail.ScalarAsync<int>($"update folders set change_floor = {between.Value} where name = 'INBOX' returning 1");
        Assert.That(await mail.Store.ChangeLog.ExpungedSinceAsync(inbox, before, default), Is.Null);
        Assert.That(await mail.Store.ChangeLog.ExpungedSinceAsync(inbox, between, default), Has.Count.EqualTo(1));
    }
}
