using AgentPost.Store.Model;

namespace AgentPost.Store.Tests;

/// <summary>What an inbox holds is counted exactly, whatever becomes of its messages, and bounded.</summary>
public sealed class QuotaTests
{
    // The same by looking: every message that is in a folder, once.
    const string Held = """
        select i.message_count = count(m.*) and i.message_octets = coalesce(sum(m.size), 0)
        from inboxes i left join messages m on m.inbox_id = i.inbox_id
            and exists (select from entries e where e.inbox_id = m.inbox_id and e.message_id = m.message_id)
        group by i.inbox_id, i.message_count, i.message_octets
        """;

    Mailbox _mailbox = null!;

    [SetUp]
    public async Task Create() => _mailbox = await Mailbox.CreateAsync();

    [TearDown]
    public async Task Dispose() => await _mailbox.DisposeAsync();

    [Test]
    public async Task A_message_in_several_folders_counts_once()
    {
        var uids = await _mailbox.AppendAsync("INBOX", "a", "b");
        await CopyAsync("INBOX", uids, "Sent");
        await CopyAsync("INBOX", uids, "INBOX");

        Assert.That((await UsageAsync()).Messages, Is.EqualTo(2));
        await AssertCountedAsync();
    }

    [Test]
    public async Task What_falls_into_Trash_counts_until_it_is_expunged_there()
    {
        var uids = await _mailbox.AppendAsync("INBOX", "a", "b");
        await _mailbox.DeleteAsync("INBOX", uids);
        Assert.That((await UsageAsync()).Messages, Is.EqualTo(2));

        await _mailbox.DeleteAsync("Trash", new Uid(1));

        Assert.That((await UsageAsync()).Messages, Is.EqualTo(1));
        await AssertCountedAsync();
    }

    [Test]
    public async Task What_is_expunged_from_Trash_counts_on_while_it_is_elsewhere()
    {
        var uids = await _mailbox.AppendAsync("INBOX", "a");
        await CopyAsync("INBOX", uids, "Trash");
        await CopyAsync("INBOX", uids, "Trash");
        await _mailbox.DeleteAsync("Trash", new Uid(1), new Uid(2));
        await AssertCountedAsync();

        await MoveAsync("INBOX", uids, "Trash");
        await CopyAsync("Trash", [new(3)], "Trash");
        await _mailbox.DeleteAsync("Trash", new Uid(3), new Uid(4));

        Assert.That(await UsageAsync(), Is.EqualTo(default(InboxUsage)));
        await AssertCountedAsync();
    }

    [Test]
    public async Task Drafts_that_are_expunged_count_no_more()
    {
        var uids = await _mailbox.AppendAsync("Drafts", "a", "b");
        await _mailbox.DeleteAsync("Drafts", uids[0]);

        Assert.That((await UsageAsync()).Messages, Is.EqualTo(1));
        await AssertCountedAsync();
    }

    [Test]
    public async Task A_folder_that_is_deleted_or_renamed_leaves_the_count_right()
    {
        await _mailbox.CreateAsync("Box");
        await _mailbox.AppendAsync("Box", "a");
        await _mailbox.AppendAsync("INBOX", "b");
        await _mailbox.Store.Folders.RenameAsync(_mailbox.Inbox.Id, FolderName.Inbox, Mailbox.Name("Old"), default);
        await _mailbox.Store.Folders.DeleteAsync(_mailbox.Inbox.Id, Mailbox.Name("Box"), default);
        await _mailbox.Store.Folders.DeleteAsync(_mailbox.Inbox.Id, Mailbox.Name("Old"), default);

        Assert.That((await UsageAsync()).Messages, Is.EqualTo(2));
        await AssertCountedAsync();
    }

    [Test]
    public async Task A_second_copy_in_Sent_does_not_count_whether_it_is_dropped_or_replaces_the_first()
    {
        const string Text = "From: ann@example.test\r\nMessage-ID: <1@example.test>\r\nSubject: a\r\n\r\nText\r\n";
        await SubmitAsync(Text);
        await _mailbox.AppendAsync(await _mailbox.FolderAsync("Sent"), Text);
        await AssertCountedAsync();

        await SubmitAsync(Text.Replace("<1@", "<2@", StringComparison.Ordinal));
        await _mailbox.AppendAsync(
            await _mailbox.FolderAsync("Sent"), "Bcc: eve@example.test\r\n" + Text.Replace("<1@", "<2@", StringComparison.Ordinal));

        Assert.That((await UsageAsync()).Messages, Is.EqualTo(2));
        await AssertCountedAsync();
    }

    [Test]
    public async Task A_delivery_into_a_full_inbox_is_refused_and_leaves_nothing_anywhere()
    {
        await using var store = await _mailbox.OpenOtherAsync(new() { Messages = 2 });
        var bob = await store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await _mailbox.AppendAsync("INBOX", "a");
        await using var message = await _mailbox.ReceiveAsync("From: ann@example.test\r\nSubject: x\r\n\r\nText\r\n");

        // Ann has room for the copy in Sent, but not for the one that she sends to herself as well.
        Assert.That(
            () => store.Submissions.SubmitAsync(
                new(_mailbox.Inbox, "ann@example.test", ["bob@example.test", "ann@example.test"], default, message), default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.OverQuota));
        Assert.That(await store.Quotas.ReadUsageAsync(bob.Id, default), Is.EqualTo(default(InboxUsage)));
        Assert.That((await UsageAsync()).Messages, Is.EqualTo(1));
    }

    [Test]
    public async Task Octets_are_bounded_too()
    {
        await using var store = await _mailbox.OpenOtherAsync(new() { Octets = 39 });
        await using var fits = await _mailbox.ReceiveAsync("Subject: a\r\n\r\nText\r\n");
        await using var second = await _mailbox.ReceiveAsync("Subject: b\r\n\r\nText\r\n");
        var inbox = await _mailbox.FolderAsync("INBOX");
        await store.Appends.AppendAsync(inbox, [new(fits, SystemFlags.None, KeywordSet.Empty, null)], default);

        Assert.That(
            () => store.Appends.AppendAsync(inbox, [new(second, SystemFlags.None, KeywordSet.Empty, null)], default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.OverQuota));
        Assert.That(await store.Quotas.HasRoomAsync(_mailbox.Inbox.Id, new(1, 19), default), Is.True);
        Assert.That(await store.Quotas.HasRoomAsync(_mailbox.Inbox.Id, new(1, 20), default), Is.False);
        Assert.That(await store.Quotas.HasRoomAsync("ANN+tag@example.test", new(1, long.MaxValue), default), Is.False);
        Assert.That(await store.Quotas.HasRoomAsync("who@example.org", new(1, 21), default), Is.True);
    }

    async Task AssertCountedAsync() => Assert.That(await _mailbox.ScalarAsync<bool>(Held), Is.True);

    Task<InboxUsage> UsageAsync() => _mailbox.Store.Quotas.ReadUsageAsync(_mailbox.Inbox.Id, default);

    async Task CopyAsync(string from, Uid[] uids, string to) =>
        await _mailbox.Store.Copies.CopyAsync(await _mailbox.FolderAsync(from), uids, (await _mailbox.FolderAsync(to)).Folder, default);

    async Task MoveAsync(string from, Uid[] uids, string to) =>
        await _mailbox.Store.Copies.MoveAsync(await _mailbox.FolderAsync(from), uids, (await _mailbox.FolderAsync(to)).Folder, default);

    async Task SubmitAsync(string text)
    {
        await using var message = await _mailbox.ReceiveAsync(text);
        await _mailbox.Store.Submissions.SubmitAsync(
            new(_mailbox.Inbox, "ann@example.test", ["someone@example.org"], default, message), default);
    }
}
