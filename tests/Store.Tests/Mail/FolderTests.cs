using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class FolderTests
{
    [Test]
    public async Task A_new_inbox_has_its_four_folders_INBOX_first()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateAsync("Archive");
        var list = await mail.Store.Folders.ListAsync(mail.Inbox.Id, default);
        Assert.That(list.Folders.Select(folder => $"{folder.Name} {folder.SpecialUse}"), Is.EqualTo((string[])["INBOX ", "Archive \\Archive", "Drafts \\Drafts", "Sent \\Sent", "Trash \\Trash"]));
        Assert.That(list.Subscriptions.Select(name => name.Value), Is.EqualTo((string[])["INBOX", "Drafts", "Sent", "Trash"]));
    }

    [Test]
    public async Task Creating_makes_the_parents_that_are_missing()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateAsync("a/b/c");
        Assert.That(await NamesAsync(mail), Is.EqualTo((string[])["INBOX", "Drafts", "Sent", "Trash", "a", "a/b", "a/b/c"]));
        Assert.That(async () => await mail.CreateAsync("a/b"), Refuses(Refusal.FolderExists));
    }

    [Test]
    public async Task A_name_made_again_has_a_larger_UIDVALIDITY_and_another_id()
    {
        await using var mail = await Mailbox.CreateAsync();
        var first = await mail.Store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("a"), "\\Archive", default);
        Assert.That(first.SpecialUse, Is.EqualTo("\\Archive"));
        await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("a"), default);
        var second = await mail.Store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("a"), null, default);
        Assert.That(second.UidValidity.Value, Is.GreaterThan(first.UidValidity.Value));
        Assert.That(second.Id, Is.Not.EqualTo(first.Id));
    }

    [TestCase("\\Archive", "\\Archive")]
    [TestCase("\\Junk \\Archive", "\\Archive")]
    [TestCase("\\Archive", "\\Archive \\Junk")]
    public async Task A_special_use_is_that_of_one_folder(string first, string second)
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.Store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("a"), first, default);
        Assert.That(
            async () => await mail.Store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("b/c"), second, default), Refuses(Refusal.SpecialUseTaken));
        Assert.That(await NamesAsync(mail), Is.EqualTo((string[])["INBOX", "Drafts", "Sent", "Trash", "a"]));
        await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("a"), default);
        await mail.Store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("b"), second, default);
    }

    [TestCase("INBOX")]
    [TestCase("Sent")]
    [TestCase("Drafts")]
    [TestCase("Trash")]
    public async Task The_four_folders_cannot_be_deleted(string name)
    {
        await using var mail = await Mailbox.CreateAsync();
        Assert.That(async () => await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name(name), default), Refuses(Refusal.FolderFixed));
    }

    [Test]
    public async Task Deleting_refuses_what_is_missing_or_has_children()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateAsync("a/b");
        Assert.That(async () => await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("x"), default), Refuses(Refusal.FolderNotFound));
        Assert.That(async () => await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("a"), default), Refuses(Refusal.FolderHasChildren));
    }

    [Test]
    public async Task Messages_of_a_deleted_folder_fall_into_Trash_unless_they_are_elsewhere()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateAsync("a");
        await mail.AppendAsync("a", "one", "two");
        await mail.Store.Copies.CopyAsync(await mail.FolderAsync("a"), new Uid[] { new(1) }, (await mail.FolderAsync("INBOX")).Folder, default);
        await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("a"), default);
        Assert.That((await mail.SnapshotAsync("Trash")).Count, Is.EqualTo(1));
        Assert.That(await mail.TextAsync("Trash", new(1)), Does.Contain("two"));
    }

    [Test]
    public async Task A_tree_is_renamed_whole_and_keeps_its_messages()
    {
        await using var mail = await Mailbox.CreateAsync();
        var leaf = await mail.CreateAsync("a/b/c");
        await mail.CreateAsync("ab");
        await mail.AppendAsync("a/b/c", "one");
        await mail.Store.Folders.RenameAsync(mail.Inbox.Id, Mailbox.Name("a/b"), Mailbox.Name("x/y"), default);
        Assert.That(await NamesAsync(mail), Is.EqualTo((string[])["INBOX", "Drafts", "Sent", "Trash", "a", "ab", "x", "x/y", "x/y/c"]));
        Assert.That(await mail.FolderAsync("x/y/c"), Is.EqualTo(leaf));
        Assert.That(await mail.TextAsync("x/y/c", new(1)), Does.Contain("one"));
    }

    [Test]
    public async Task Renaming_refuses_what_cannot_be()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateAsync("a");
        await mail.CreateAsync("b");
        Assert.That(async () => await RenameAsync(mail, "x", "y"), Refuses(Refusal.FolderNotFound));
        Assert.That(async () => await RenameAsync(mail, "a", "b"), Refuses(Refusal.FolderExists));
        Assert.That(async () => await RenameAsync(mail, "a", "a/c"), Refuses(Refusal.FolderNameInvalid));
        Assert.That(async () => await RenameAsync(mail, "Trash", "c"), Refuses(Refusal.FolderFixed));
    }

    [Test]
    public async Task Renaming_INBOX_moves_its_messages_into_a_new_folder()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one", "two");
        await mail.CreateAsync("INBOX/below");
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        await RenameAsync(mail, "INBOX", "old/mail");
        Assert.That(await NamesAsync(mail), Is.EqualTo((string[])["INBOX", "Drafts", "INBOX/below", "Sent", "Trash", "old", "old/mail"]));
        Assert.That(lease.Folder.Current.Count, Is.Zero);
        Assert.That(await mail.EntriesAsync("old/mail"), Is.EqualTo((string[])["1:None:", "2:None:"]));
        Assert.That(await mail.EntriesAsync("Trash"), Is.Empty);
        Assert.That(await mail.AppendAsync("INBOX", "three"), Is.EqualTo((Uid[])[new(3)]));
    }

    [Test]
    public async Task Subscriptions_outlive_their_folders()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateAsync("a");
        await mail.Store.Folders.SubscribeAsync(mail.Inbox.Id, Mailbox.Name("a"), default);
        await mail.Store.Folders.SubscribeAsync(mail.Inbox.Id, Mailbox.Name("a"), default);
        await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("a"), default);
        await mail.Store.Folders.UnsubscribeAsync(mail.Inbox.Id, Mailbox.Name("Sent"), default);
        var list = await mail.Store.Folders.ListAsync(mail.Inbox.Id, default);
        Assert.That(list.Subscriptions.Select(name => name.Value), Is.EqualTo((string[])["INBOX", "Drafts", "Trash", "a"]));
    }

    [Test]
    public async Task Recent_belongs_to_the_first_who_claims_it()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one", "two");
        var inbox = await mail.FolderAsync("INBOX");
        Assert.That((await mail.Store.Folders.FirstRecentAsync(inbox, default)).Value, Is.EqualTo(1));
        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => mail.Store.Folders.ClaimRecentAsync(inbox, default)));
        Assert.That(claims.Select(uid => uid.Value).Order(), Is.EqualTo((int[])[1, 3, 3, 3, 3, 3]));
        await mail.AppendAsync("INBOX", "three");
        Assert.That((await mail.Store.Folders.ClaimRecentAsync(inbox, default)).Value, Is.EqualTo(3));
        Assert.That((await mail.Store.Folders.FirstRecentAsync(inbox, default)).Value, Is.EqualTo(4));
    }

    [Test]
    public async Task The_size_of_a_folder_is_that_of_its_messages()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        Assert.That(await mail.Store.Folders.SizeAsync(inbox, default), Is.Zero);
        await mail.AppendAsync(inbox, "Subject: x\r\n\r\n");
        await mail.AppendAsync(inbox, "Subject: xy\r\n\r\n");
        Assert.That(await mail.Store.Folders.SizeAsync(inbox, default), Is.EqualTo(29));
    }

    static NUnit.Framework.Constraints.IResolveConstraint Refuses(Refusal refusal) =>
        Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(refusal);

    static Task RenameAsync(Mailbox mail, string from, string to) =>
        mail.Store.Folders.RenameAsync(mail.Inbox.Id, Mailbox.Name(from), Mailbox.Name(to), default);

    static async Task<IEnumerable<string>> NamesAsync(Mailbox mail) =>
        (await mail.Store.Folders.ListAsync(mail.Inbox.Id, default)).Folders.Select(folder => folder.Name.Value);
}
