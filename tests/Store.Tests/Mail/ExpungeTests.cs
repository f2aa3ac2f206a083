using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class ExpungeTests
{
    [Test]
    public async Task The_last_entry_falls_into_Trash_without_Deleted()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two", "three");
        await mail.FlagAsync("INBOX", uids, FlagChangeMode.Add, SystemFlags.Seen, "k");
        Assert.That(await mail.DeleteAsync("INBOX", uids[0], uids[2]), Is.EqualTo((Uid[])[uids[0], uids[2]]));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["2:Seen:k"]));
        Assert.That(await mail.EntriesAsync("Trash"), Is.EqualTo((string[])["1:Seen:k", "2:Seen:k"]));
        Assert.That(await mail.TextAsync("Trash", new(2)), Does.Contain("three"));
    }

    [Test]
    public async Task Only_Deleted_entries_go_and_only_those_named()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two", "three");
        await mail.FlagAsync("INBOX", uids[1..], FlagChangeMode.Add, SystemFlags.Deleted);
        var inbox = await mail.FolderAsync("INBOX");
        Assert.That(await mail.Store.Expunges.ExpungeDeletedAsync(inbox, uids.AsMemory(0, 2), default), Is.EqualTo(uids[1..2]));
        Assert.That(await mail.Store.Expunges.ExpungeDeletedAsync(inbox, null, default), Is.EqualTo(uids[2..]));
        Assert.That(await mail.Store.Expunges.ExpungeDeletedAsync(inbox, null, default), Is.Empty);
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:"]));
    }

    [Test]
    public async Task A_message_that_is_elsewhere_too_does_not_fall()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one");
        var work = await mail.CreateAsync("Work");
        await mail.Store.Copies.CopyAsync(await mail.FolderAsync("INBOX"), uids, work.Folder, default);
        await mail.DeleteAsync("INBOX", uids);
        Assert.That(await mail.EntriesAsync("Trash"), Is.Empty);
        await mail.DeleteAsync("Work", new Uid(1));
        Assert.That(await mail.EntriesAsync("Trash"), Is.EqualTo((string[])["1:None:"]));
    }

    [Test]
    public async Task Copy_to_Trash_and_expunge_ends_with_one_copy_in_Trash()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one");
        await mail.Store.Copies.CopyAsync(await mail.FolderAsync("INBOX"), uids, (await mail.FolderAsync("Trash")).Folder, default);
        await mail.DeleteAsync("INBOX", uids);
        Assert.That(await mail.EntriesAsync("Trash"), Is.EqualTo((string[])["1:None:"]));
    }

    [Test]
    public async Task A_message_that_was_twice_in_the_folder_falls_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one");
        var inbox = await mail.FolderAsync("INBOX");
        await mail.Store.Copies.CopyAsync(inbox, new Uid[] { new(1) }, inbox.Folder, default);
        await mail.DeleteAsync("INBOX", new Uid(1));
        Assert.That(await mail.EntriesAsync("Trash"), Is.Empty, "its copy is still there");
        await mail.Store.Copies.CopyAsync(inbox, new Uid[] { new(2) }, inbox.Folder, default);
        await mail.DeleteAsync("INBOX", new Uid(2), new Uid(3));
        Assert.That(await mail.EntriesAsync("Trash"), Is.EqualTo((string[])["1:None:"]));
    }

    [TestCase("Drafts")]
    [TestCase("Trash")]
    public async Task In_Drafts_and_Trash_expunging_is_final(string folder)
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync(folder, "one");
        await mail.DeleteAsync(folder, uids);
        Assert.That(await mail.EntriesAsync(folder), Is.Empty);
        Assert.That(await mail.EntriesAsync("Trash"), Is.Empty);
        Assert.That(await mail.TextAsync(folder, uids[0]), Does.Contain("one"), "a session that still sees it can read it");
    }

    [Test]
    public async Task UIDs_are_never_given_out_again()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two");
        await mail.DeleteAsync("INBOX", uids);
        Assert.That(await mail.AppendAsync("INBOX", "three"), Is.EqualTo((Uid[])[new(3)]));
    }
}
