using System.Text;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Sending;

namespace AgentPost.Store.Tests.Mail;

public sealed class SubmissionTests
{
    const string Trace = "Received: from here by there; Fri, 1 Mar 2024 00:00:00 +0000\r\n";
    const string Text = "From: ann@example.test\r\nTo: bob@example.test\r\nMessage-ID: <m@x>\r\nSubject: hi\r\n\r\nHello\r\n";

    [Test]
    public async Task Sent_holds_the_octets_as_submitted_and_inboxes_have_the_trace_on_top()
    {
        await using var mail = await Mailbox.CreateAsync();
        var bob = await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        var id = await SubmitAsync(mail, Text, "bob@example.test", "Ann+Tag@Example.TEST", "zoe@elsewhere.test");
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Queued"]));
        Assert.That(await mail.TextAsync("Sent", new(1)), Is.EqualTo(Text));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:plus:tag"]));
        Assert.That(await mail.TextAsync("INBOX", new(1)), Is.EqualTo("Return-Path: <ann@example.test>\r\n" + Trace + Text));
        var delivered = await ReadInboxAsync(mail, bob.Id);
        Assert.That(delivered.Text, Is.EqualTo("Return-Path: <ann@example.test>\r\n" + Trace + Text));
        Assert.That(await mail.ScalarAsync<string>("select string_agg(recipient || ' from ' || reverse_path, ',') from queue"), Is.EqualTo("zoe@elsewhere.test from ann@example.test"));
        using var sent = await mail.Store.Messages.ReadBatchAsync(await mail.FolderAsync("Sent"), new Uid[] { new(1) }, MessageColumns.ThreadId, default);
        using var own = await mail.Store.Messages.ReadBatchAsync(await mail.FolderAsync("INBOX"), new Uid[] { new(1) }, MessageColumns.ThreadId, default);
        Assert.That(sent.Rows[0].MessageId, Is.EqualTo(id));
        Assert.That(own.Rows[0].ThreadId, Is.EqualTo(sent.Rows[0].ThreadId));
    }

    [Test]
    public async Task An_inbox_that_is_named_twice_gets_one_copy_with_both_tags()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Text, "ann+one@example.test", "ANN@example.test", "ann+a(b@example.test");
        Assert.That((await mail.SnapshotAsync("INBOX")).Count, Is.EqualTo(1));
        Assert.That((await mail.SnapshotAsync("INBOX"))[0].Keywords.Names, Does.Contain("plus:one"));
    }

    [Test]
    public async Task A_tag_beyond_the_budget_does_not_keep_the_message_out()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(options => options with { ListLimits = new() { Tags = 1 } });
        foreach (var (id, tag) in new[] { ("<m@x>", "fits"), ("<n@x>", "full") })
        {
            await using var message = await mail.ReceiveAsync(Text.Replace("<m@x>", id, StringComparison.Ordinal));
            await store.Submissions.SubmitAsync(
                new(mail.Inbox, "ann@example.test", [$"ann+{tag}@example.test"], default, message), default);
        }
        var inbox = await mail.SnapshotAsync("INBOX");
        Assert.That(inbox.Count, Is.EqualTo(2));
        Assert.That(inbox[0].Keywords.Names, Is.EqualTo((string[])["plus:fits"]));
        Assert.That(inbox[1].Keywords.IsEmpty);
    }

    [TestCase("Bcc: secret@example.test\r\n")]
    [TestCase("BCC : a@example.test,\r\n\tb@example.test\r\nbcc:\r\n")]
    [TestCase("Resent-Bcc: secret@example.test\r\n")]
    public async Task Recipients_do_not_see_Bcc(string field)
    {
        await using var mail = await Mailbox.CreateAsync();
        var text = Text.Replace("Message-ID", field + "Message-ID", StringComparison.Ordinal);
        await SubmitAsync(mail, text + "Bcc: in the body\r\n", "ann@example.test");
        Assert.That(await mail.TextAsync("Sent", new(1)), Is.EqualTo(text + "Bcc: in the body\r\n"));
        Assert.That(await mail.TextAsync("INBOX", new(1)), Is.EqualTo("Return-Path: <ann@example.test>\r\n" + Trace + Text + "Bcc: in the body\r\n"));
    }

    [Test]
    public async Task A_large_message_is_delivered_whole()
    {
        await using var mail = await Mailbox.CreateAsync();
        var text = "Bcc: x@example.test\r\nSubject: large\r\n\r\n" + string.Concat(Enumerable.Range(0, 60_000).Select(i => $"line {i}\r\n"));
        await SubmitAsync(mail, text, "ann@example.test");
        var inbox = await mail.FolderAsync("INBOX");
        using var batch = await mail.Store.Messages.ReadBatchAsync(inbox, new Uid[] { new(1) }, MessageColumns.Size, default);
        var octets = new byte[batch.Rows[0].Size];
        for (var offset = 0; offset < octets.Length;)
        {
            offset += await mail.Store.Messages.ReadOctetsAsync(mail.Inbox.Id, batch.Rows[0].MessageId, offset, octets.AsMemory(offset), default);
        }
        var expected = "Return-Path: <ann@example.test>\r\n" + Trace + text["Bcc: x@example.test\r\n".Length..];
        Assert.That(Encoding.UTF8.GetString(octets) == expected);
    }

    [Test]
    public async Task The_null_reverse_path_is_written_as_such()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var message = await mail.ReceiveAsync(Text);
        await mail.Store.Submissions.SubmitAsync(new(mail.Inbox, "", ["ann@example.test"], Encoding.ASCII.GetBytes(Trace), message), default);
        Assert.That(await mail.TextAsync("INBOX", new(1)), Does.StartWith("Return-Path: <>\r\nReceived:"));
    }

    [Test]
    public async Task Submissions_across_inboxes_do_not_lock_each_other_out()
    {
        await using var mail = await Mailbox.CreateAsync();
        var bob = await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            for (var n = 0; n < 5; n++)
            {
                var sender = i % 2 == 0 ? bob : mail.Inbox;
                await using var message = await mail.ReceiveAsync(
                    Text.Replace("<m@x>", $"<{i}.{n}@x>", StringComparison.Ordinal).Replace("From: ann@example.test", $"From: {sender.Address}", StringComparison.Ordinal));
                await mail.Store.Submissions.SubmitAsync(
                    new(sender, "", ["bob@example.test", "ann@example.test"], default, message), default);
            }
        }));
        Assert.That((await mail.SnapshotAsync("INBOX")).Count, Is.EqualTo(40));
        Assert.That((await ReadInboxAsync(mail, bob.Id)).Count, Is.EqualTo(40));
    }

    [Test]
    public async Task Nothing_is_filed_when_the_sender_is_gone()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var message = await mail.ReceiveAsync(Text);
        Assert.That(
            async () => await mail.Store.Submissions.SubmitAsync(new(mail.Inbox with { Id = InboxId.New() }, "", ["ann@example.test", "x@y.test"], default, message), default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.InboxNotFound));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.Empty);
        Assert.That(await mail.CountAsync("messages"), Is.Zero);
        Assert.That(await mail.CountAsync("queue"), Is.Zero);
    }

    [TestCase("From: \"Joe <joe@foreign.test>\r\n\r\n", MessageFault.Author)]
    [TestCase("From: ann@example.test\r\nSender: joe@foreign.test\r\n\r\n", MessageFault.Author)]
    [TestCase("From: ann@example.test\r\nSubject: a\rX-Injected: 1\r\n\r\n", MessageFault.LineEnd)]
    [TestCase("From: ann@example.test\r\n\r\nbody\r", MessageFault.LineEnd)]
    [TestCase("From: ann@example.test\r\n\r\nbody\0", MessageFault.Nul)]
    public async Task A_message_that_may_not_be_sent_changes_nothing(string text, MessageFault expected)
    {
        await using var mail = await Mailbox.CreateAsync();
        Assert.That(
            async () => await SubmitAsync(mail, text, "ann@example.test", "zoe@elsewhere.test"),
            Throws.TypeOf<MessageRejectedException>().With.Property(nameof(MessageRejectedException.Fault)).EqualTo(expected));
        Assert.That(await mail.CountAsync("messages") + await mail.CountAsync("queue"), Is.Zero);
    }

    [TestCase("agent@b\u00fccher.example", "agent@xn--bcher-kva.example")]
    [TestCase("agent@xn--bcher-kva.example", "agent+a@B\u00dcCHER.example")]
    public async Task An_international_domain_may_be_written_either_way(string inbox, string from)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(options => options with { Domains = ["bücher.example"] });
        var sender = await store.Accounts.CreateInboxAsync(inbox, null, default);
        await using var message = await mail.ReceiveAsync($"From: {from}\r\nMessage-ID: <m@x>\r\n\r\nx\r\n");
        await store.Submissions.SubmitAsync(new(sender, "", ["ann@example.test"], default, message), default);
        Assert.That((await mail.SnapshotAsync("INBOX")).Count, Is.EqualTo(1));
    }

    static async Task<MessageId> SubmitAsync(Mailbox mail, string text, params string[] recipients)
    {
        await using var message = await mail.ReceiveAsync(text);
        return await mail.Store.Submissions.SubmitAsync(
            new(mail.Inbox, "ann@example.test", recipients, Encoding.ASCII.GetBytes(Trace), message), default);
    }

    static async Task<(int Count, string Text)> ReadInboxAsync(Mailbox mail, InboxId inbox)
    {
        var folder = await mail.Store.Folders.FindAsync(inbox, FolderName.Inbox, default) ?? throw new InvalidOperationException();
        using var lease = await mail.Store.Live.OpenAsync(new(inbox, folder.Id), default);
        using var batch = await mail.Store.Messages.ReadBatchAsync(new(inbox, folder.Id), new Uid[] { new(1) }, MessageColumns.Octets, default);
        return (lease.Folder.Current.Count, Encoding.UTF8.GetString(batch.Rows[0].Octets.Span));
    }
}
