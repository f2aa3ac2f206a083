using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class RetentionTests
{
    [Test]
    public async Task Expunged_messages_are_removed_after_an_hour_when_nothing_names_them()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("Drafts", "gone", "kept");
        var inbox = await mail.FolderAsync("INBOX");
        await mail.Store.Copies.CopyAsync(await mail.FolderAsync("Drafts"), uids.AsMemory(1), inbox.Folder, default);
        await mail.DeleteAsync("Drafts", uids);
        await mail.Store.Retention.PurgeAsync(TimeSpan.FromDays(30), default);
        Assert.That(await mail.CountAsync("messages"), Is.EqualTo(2), "an hour has not passed");
        await mail.ScalarAsync<long>("with old as (update tombstones set expunged_at = now() - interval '61 minutes' returning 1) select count(*) from old");
        await mail.Store.Retention.PurgeAsync(TimeSpan.FromDays(30), default);
        Assert.That(await mail.CountAsync("tombstones"), Is.Zero);
        Assert.That(await mail.CountAsync("messages"), Is.EqualTo(1));
        Assert.That(await mail.CountAsync("message_texts"), Is.EqualTo(1));
        Assert.That(await mail.TextAsync("INBOX", new(1)), Does.Contain("kept"));
        Assert.That(await mail.TextAsync("Drafts", uids[0]), Is.Null);
    }

    [Test]
    public async Task A_message_that_waits_in_the_queue_is_kept()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using (var message = await mail.ReceiveAsync("Subject: x\r\n\r\n"))
        {
            await mail.Store.Submissions.SubmitAsync(new(mail.Inbox, "", ["zoe@elsewhere.test"], default, message), default);
        }
        await mail.DeleteAsync("Sent", new Uid(1));
        await mail.DeleteAsync("Trash", new Uid(1));
        await mail.ScalarAsync<long>("with old as (update tombstones set expunged_at = now() - interval '61 minutes' returning 1) select count(*) from old");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(await mail.CountAsync("messages"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_lay_in_Trash_too_long_is_expunged_and_sessions_hear_of_it()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("Trash", "old", "new");
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("Trash"), default);
        await mail.ScalarAsync<int>("update entries set saved_at = now() - interval '31 days' where uid = 1 returning 1");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(lease.Folder.Current.Count, Is.EqualTo(2), "zero keeps for ever");
        await mail.Store.Retention.PurgeAsync(TimeSpan.FromDays(30), default);
        Assert.That(Mailbox.Entries(lease.Folder.Current), Is.EqualTo((string[])["2:None:"]));
    }

    [Test]
    public async Task Whom_an_inbox_has_not_written_to_for_a_year_is_forgotten()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "old@b.test", "kept@b.test", "recent@b.test");
        await mail.ScalarAsync<long>(
            """
            with old as (update known_recipients set last_at = now() - interval '366 days', first_at = now() - interval '400 days' where address <> 'recent@b.test' returning 1)
            select count(*) from old
            """);
        await SubmitAsync(mail, "kept@b.test");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(
            await mail.ScalarAsync<string[]>("select array_agg(address order by address) from known_recipients"), Is.EqualTo((string[])["kept@b.test", "recent@b.test"]));
        Assert.That(
            await mail.ScalarAsync<bool>("select first_at < now() - interval '399 days' from known_recipients where address = 'kept@b.test'"), Is.True, "It is no first time.");
    }

    [TestCase(366, true)]
    [TestCase(364, false)]
    public async Task Whose_mail_has_not_come_for_a_year_is_new_again(int days, bool isNew)
    {
        await using var mail = await Mailbox.CreateAsync();
        await ArriveAsync(mail);
        await mail.ScalarAsync<int>($"update known_senders set last_at = now() - interval '{days} days' returning 1");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        await ArriveAsync(mail);
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        await ArriveAsync(mail);
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:$FirstTime", isNew ? "2:None:$FirstTime" : "2:None:", "3:None:"]));
    }

    [Test]
    public async Task A_long_change_log_is_cut_and_readers_still_come_to_the_same_view()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        using var behind = await other.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        await mail.AppendAsync("INBOX", "one", "two");
        await mail.ScalarAsync<int>(
            """
            with log as (
                insert into changes (inbox_id, folder_id, modseq, changed)
                select inbox_id, folder_id, folders.modseq + i, '1' from folders, generate_series(1, 10005) i where name = 'INBOX' returning 1),
            moved as (update folders set modseq = modseq + 10005 where name = 'INBOX' returning 1)
            update inboxes set modseq = modseq + 10005 returning 1
            """);
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(await mail.CountAsync("changes"), Is.EqualTo(10_000));
        Assert.That(await mail.ScalarAsync<bool>("select change_floor = modseq - 10000 from folders where name = 'INBOX'"));
        Assert.That((await behind.Folder.RefreshAsync(default)).Count, Is.EqualTo(2));
    }

    static async Task SubmitAsync(Mailbox mail, params string[] recipients)
    {
        await using var message = await mail.ReceiveAsync($"Message-ID: <{Guid.NewGuid()}@x>\r\nSubject: x\r\n\r\n");
        await mail.Store.Submissions.SubmitAsync(new(mail.Inbox, "ann@example.test", recipients, default, message), default);
    }

    static async Task ArriveAsync(Mailbox mail)
    {
        await using var message = await mail.ReceiveAsync("From: zoe@elsewhere.test\r\n\r\n");
        await mail.Store.Arrivals.DeliverAsync(new(["ann@example.test"], message, KeywordSet.Empty, "zoe@elsewhere.test"), default);
    }
}
