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
            await mail.Store.Submissions.SubmitAsync(new(mail.Inbox.Id, "", ["zoe@elsewhere.test"], default, message), default);
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
}
