using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Store.Tests.Mail;

public sealed class DraftTests
{
    [Test]
    public async Task An_edited_draft_keeps_its_id_by_its_Message_ID()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, "Message-ID: <d@x>\r\n\r\none");
        var first = await SingleAsync(mail);
        Assert.That(first.Id.ToString(), Does.StartWith("drf_"));
        for (var edit = 2u; edit < 5; edit++)
        {
            await AppendAsync(mail, $"Message-ID: <d@x>\r\n\r\n{edit}");
            var both = await SingleAsync(mail);
            await mail.DeleteAsync("Drafts", new Uid(edit - 1));
            var edited = await SingleAsync(mail);
            Assert.That(edited, Is.EqualTo(both));
            Assert.That(edited.Id, Is.EqualTo(first.Id));
            Assert.That(edited.Uid, Is.EqualTo(new Uid(edit)));
            Assert.That(edited.Message, Is.Not.EqualTo(first.Message));
        }
    }

    [Test]
    public async Task A_draft_that_is_deleted_before_its_new_text_comes_keeps_its_id()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, "Message-ID: <d@x>\r\n\r\none");
        var first = await SingleAsync(mail);
        await mail.DeleteAsync("Drafts", new Uid(1));
        Assert.That(await mail.Store.Drafts.ListAsync(mail.Inbox.Id, default), Is.Empty);
        await AppendAsync(mail, "Message-ID: <d@x>\r\n\r\ntwo");
        Assert.That((await SingleAsync(mail)).Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task A_draft_with_another_Message_ID_is_known_by_the_field_that_names_it()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, "Message-ID: <d@x>\r\n\r\none");
        var first = await SingleAsync(mail);
        foreach (var id in (string[])["<e@x>", "<f@x>"])
        {
            await AppendAsync(mail, $"Message-ID: {id}\r\nX-AgentPost-Draft-Id:\r\n {first.Id}\r\n\r\ntwo");
            Assert.That((await SingleAsync(mail)).Id, Is.EqualTo(first.Id));
        }
    }

    [Test]
    public async Task What_replaces_a_draft_keeps_its_id_whatever_it_says()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, "Message-ID: <d@x>\r\n\r\none");
        var first = await SingleAsync(mail);
        for (var edit = 2u; edit < 4; edit++)
        {
            await ReplaceAsync(mail, new(edit - 1), $"Message-ID: <{edit}@x>\r\n\r\n{edit}");
            var edited = await SingleAsync(mail);
            Assert.That(edited.Id, Is.EqualTo(first.Id));
            Assert.That(edited.Uid, Is.EqualTo(new Uid(edit)));
        }
    }

    [Test]
    public async Task Other_drafts_and_mail_in_other_folders_lend_no_id()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync(await mail.FolderAsync("INBOX"), "Message-ID: <d@x>\r\n\r\nreceived");
        await AppendAsync(mail, "Message-ID: <d@x>\r\n\r\none");
        await AppendAsync(mail, "Message-ID: <e@x>\r\nX-AgentPost-Draft-Id: drf_nonsense\r\n\r\ntwo");
        await AppendAsync(mail, "\r\nthree");
        await AppendAsync(mail, "\r\nthree");
        var drafts = await mail.Store.Drafts.ListAsync(mail.Inbox.Id, default);
        Assert.That(drafts.Select(draft => draft.Id.Value), Is.EqualTo(drafts.Select(draft => draft.Message.Value)));
        Assert.That(drafts.Select(draft => draft.Uid.Value), Is.EqualTo((uint[])[1, 2, 3, 4]));
    }

    static async Task AppendAsync(Mailbox mail, string text) => await mail.AppendAsync(await mail.FolderAsync("Drafts"), text, SystemFlags.Draft);

    static async Task ReplaceAsync(Mailbox mail, Uid replaced, string text)
    {
        var drafts = await mail.FolderAsync("Drafts");
        await using var message = await mail.ReceiveAsync(text);
        await mail.Store.Appends.ReplaceAsync(drafts, replaced, drafts.Folder, new(message, SystemFlags.Draft, KeywordSet.Empty, null), default);
    }

    static async Task<Draft> SingleAsync(Mailbox mail) => (await mail.Store.Drafts.ListAsync(mail.Inbox.Id, default)).Single();
}
