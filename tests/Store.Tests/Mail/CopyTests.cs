using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Store.Tests.Mail;

public sealed class CopyTests
{
    [Test]
    public async Task A_copy_is_a_second_entry_of_the_same_message_with_its_flags_and_date()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        var at = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        await mail.AppendAsync(inbox, "Subject: one\r\n\r\n", SystemFlags.Flagged, KeywordSet.Of("k"), at);
        await mail.AppendAsync("Sent", "other");
        var sent = await mail.FolderAsync("Sent");
        var result = await mail.Store.Copies.CopyAsync(inbox, new Uid[] { new(1), new(5) }, sent.Folder, default);
        Assert.That(result.Source, Is.EqualTo((Uid[])[new(1)]));
        Assert.That(result.Destination, Is.EqualTo((Uid[])[new(2)]));
        Assert.That(result.UidValidity, Is.EqualTo((await mail.SnapshotAsync("Sent")).UidValidity));
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:None:", "2:Flagged:k"]));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:Flagged:k"]));
        const MessageColumns Columns = MessageColumns.InternalAt | MessageColumns.SavedAt;
        using var original = await mail.Store.Messages.ReadBatchAsync(inbox, new Uid[] { new(1) }, Columns, default);
        using var copy = await mail.Store.Messages.ReadBatchAsync(sent, new Uid[] { new(2) }, Columns, default);
        Assert.That(copy.Rows[0].MessageId, Is.EqualTo(original.Rows[0].MessageId));
        Assert.That(copy.Rows[0].InternalAt, Is.EqualTo(at));
        Assert.That(copy.Rows[0].SavedAt, Is.GreaterThan(original.Rows[0].SavedAt));
    }

    [Test]
    public async Task Ten_thousand_are_copied_moved_flagged_and_expunged_in_order()
    {
        await using var mail = await Mailbox.CreateAsync();
        var work = await mail.CreateAsync("Work");
        var inbox = await mail.FolderAsync("INBOX");
        await using (var message = await mail.ReceiveAsync("Subject: x\r\n\r\n"))
        {
            await mail.Store.Appends.AppendAsync(inbox, [.. Enumerable.Repeat(new AppendItem(message, default, KeywordSet.Empty, null), 10_000)], default);
        }
        var odd = Enumerable.Range(0, 5000).Select(i => new Uid((uint)(2 * i + 1))).ToArray();
        var copied = await Timed("copy of 5,000", mail.Store.Copies.CopyAsync(inbox, odd, work.Folder, default));
        Assert.That(copied.Source, Is.EqualTo(odd));
        Assert.That(copied.Destination.Select(uid => uid.Value), Is.EqualTo(Enumerable.Range(1, 5000)));
        var all = Enumerable.Range(1, 10_000).Select(i => new Uid((uint)i)).ToArray();
        var moved = await Timed("move of 10,000", mail.Store.Copies.MoveAsync(inbox, all, work.Folder, default));
        Assert.That(moved.Destination[^1].Value, Is.EqualTo(15_000));
        Assert.That((await mail.SnapshotAsync("INBOX")).Count, Is.Zero);
        Assert.That((await mail.SnapshotAsync("Trash")).Count, Is.Zero);
        var flagged = await Timed("flags of 10,000", mail.FlagAsync("Work", [.. moved.Destination], FlagChangeMode.Add, SystemFlags.Deleted));
        Assert.That(flagged.Changed, Is.EqualTo(moved.Destination));
        var expunged = await Timed("expunge of 10,000", mail.Store.Expunges.ExpungeDeletedAsync(work, null, default));
        Assert.That(expunged, Is.EqualTo(moved.Destination));
        Assert.That((await mail.SnapshotAsync("Trash")).Count, Is.EqualTo(5000));
    }

    [Test]
    public async Task A_moved_message_leaves_its_folder_and_is_not_in_Trash()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two", "three");
        var drafts = await mail.FolderAsync("Drafts");
        var result = await mail.Store.Copies.MoveAsync(await mail.FolderAsync("INBOX"), new[] { uids[0], uids[2] }, drafts.Folder, default);
        Assert.That(result.Destination.Select(uid => uid.Value), Is.EqualTo((int[])[1, 2]));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["2:None:"]));
        Assert.That(await mail.TextAsync("Drafts", new(2)), Does.Contain("three"));
        Assert.That(await mail.EntriesAsync("Trash"), Is.Empty);
        Assert.That(await mail.TextAsync("INBOX", uids[0]), Does.Contain("one"), "a session that still sees it can read it");
    }

    [Test]
    public async Task Moving_into_the_same_folder_gives_new_UIDs()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two");
        var inbox = await mail.FolderAsync("INBOX");
        using var lease = await mail.Store.Live.OpenAsync(inbox, default);
        var result = await mail.Store.Copies.MoveAsync(inbox, uids.AsMemory(0, 1), inbox.Folder, default);
        Assert.That(result.Destination.Single().Value, Is.EqualTo(3));
        Assert.That(Mailbox.Entries(lease.Folder.Current), Is.EqualTo((string[])["2:None:", "3:None:"]));
    }

    [Test]
    public async Task Copying_what_does_not_exist_changes_nothing()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        var before = await mail.ScalarAsync<long>("select modseq from inboxes");
        var result = await mail.Store.Copies.CopyAsync(inbox, new Uid[] { new(1) }, (await mail.FolderAsync("Sent")).Folder, default);
        Assert.That(result.Source, Is.Empty);
        Assert.That(await mail.ScalarAsync<long>("select modseq from inboxes"), Is.EqualTo(before));
    }

    [Test]
    public async Task A_move_to_a_folder_that_is_not_there_changes_nothing()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one");
        Assert.That(
            async () => await mail.Store.Copies.MoveAsync(await mail.FolderAsync("INBOX"), uids, new(99), default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.FolderNotFound));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:"]));
    }

    static async Task<T> Timed<T>(string what, Task<T> work)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var result = await work;
        TestContext.Out.WriteLine($"{what}: {clock.ElapsedMilliseconds} ms");
        return result;
    }
}
