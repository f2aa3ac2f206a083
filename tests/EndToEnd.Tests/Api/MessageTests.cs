using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Reading and changing messages by HTTP, seen from IMAP and the other way round.</summary>
sealed class MessageTests : RunningApi
{
    const string Multipart =
        "From: =?utf-8?q?J=C3=B6rg?= <joerg@elsewhere.example>\r\nTo: Agent <agent@agentpost.test>, b@elsewhere.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        + "Message-ID: <multi@elsewhere.example>\r\nDate: Thu, 08 Jan 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        + "--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGood.\r\n\r\nOn Mon, 5 Jan 2026, Agent wrote:\r\n> How are you?\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename*=utf-8''..%2F%C3%BCbel.html\r\n"
        + "Content-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--x--\r\n";

    [Test]
    public async Task A_message_is_shown_with_its_addresses_texts_and_files()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Encoding.UTF8.GetBytes(Multipart))).EnsureOk();

        var listed = Only(await Api.GetAsync($"{inbox}/messages"));
        var shown = (await Api.GetAsync($"{inbox}/messages/{listed.GetProperty("id")}?view=text")).EnsureOk();
        var full = (await Api.GetAsync($"{inbox}/messages/{listed.GetProperty("id")}?view=full&max_chars=3")).EnsureOk();

        Assert.That(shown["from"].ToString(), Is.EqualTo("""{"email":"joerg@elsewhere.example","name":"Jörg"}"""));
        Assert.That(shown["subject"].GetString(), Is.EqualTo("Grüße"));
        Assert.That(shown["to"].GetArrayLength(), Is.EqualTo(2));
        Assert.That(shown["direction"].GetString(), Is.EqualTo("inbound"));
        Assert.That(shown["text_body"].GetString(), Does.Contain("How are you?"));
        Assert.That(shown["extracted_text"].GetString(), Is.EqualTo("Good."));
        Assert.That(shown["seen"].GetBoolean(), Is.False);
        Assert.That((full["text_body"].GetString(), full["truncated"].GetBoolean()), Is.EqualTo(("Goo", true)));
        Assert.That(full["headers"].GetString(), Does.Contain("Message-ID: <multi@elsewhere.example>"));
        Assert.That(listed.TryGetProperty("text_body", out var _), Is.False);
        Assert.That(listed.GetProperty("has_attachments").GetBoolean());
    }

    [Test]
    public async Task A_file_is_decoded_and_never_shown_in_place()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Encoding.UTF8.GetBytes(Multipart))).EnsureOk();
        var message = Only(await Api.GetAsync($"{inbox}/messages"));
        var attachment = message.GetProperty("attachments")[0];

        var file = (await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/{attachment.GetProperty("id")}")).EnsureOk();
        var raw = (await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/raw")).EnsureOk();

        Assert.That(file.Text, Is.EqualTo("<b>hi</b>"));
        Assert.That(file.Headers["Content-Disposition"], Does.StartWith("attachment; ").And.Not.Contain("..").And.Contain("%C3%BCbel.html"));
        Assert.That(file.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(raw.Text, Is.EqualTo(Multipart));
        (await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_1")).EnsureError(404, "attachment_not_found");
    }

    [Test]
    public async Task NUL_that_is_hidden_in_encoded_words_holds_nothing_up()
    {
        var inbox = await NewInboxAsync();
        // Events are written once somebody has asked for them.
        (await Api.GetAsync("/api/v1/events?limit=1")).EnsureOk();
        await using var smtp = await Program.LogInToSmtpAsync();
        Assert.That(
            await smtp.SubmitAsync(ProgramUnderTest.Inbox, [inbox], Encoding.ASCII.GetBytes(
                $"From: {ProgramUnderTest.Inbox}\r\nTo: =?utf-8?q?=00?= <{inbox}>\r\nSubject: =?utf-8?q?a=00b?=\r\nContent-Type: text/plain\r\n"
                + "Content-Disposition: attachment; filename*=utf-8''a%00b\r\n\r\nx\r\n")),
            Does.StartWith("250 "));

        var message = Only(await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages?view=full"));
        var file = await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/{message.GetProperty("id")}/attachments/att_1");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await Api.GetAsync($"/api/v1/events?type=message.received&inbox={inbox}")).EnsureOk().Text.Contains(message.GetProperty("id").GetString()!, StringComparison.Ordinal))
        {
            await Task.Delay(50, limit.Token);
        }

        Assert.That(message.GetProperty("subject").GetString(), Is.EqualTo("a b"));
        Assert.That(file.EnsureOk().Text, Is.EqualTo("x\r\n"));
    }

    [Test]
    public async Task A_long_message_comes_whole()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        var long_ = Encoding.ASCII.GetBytes($"Subject: long\r\n\r\n{string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 60_000))}");
        (await imap.AppendAsync("INBOX", "", long_)).EnsureOk();

        var message = Only(await Api.GetAsync($"{inbox}/messages"));

        Assert.That((await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/raw")).EnsureOk().Octets, Is.EqualTo(long_));
    }

    [TestCase("subject=second", "second")]
    [TestCase("subject=SECOND", "second")]
    [TestCase("unread=false", "third")]
    [TestCase("label=invoice", "first")]
    [TestCase("flagged=true", "third")]
    [TestCase("folder=Archive", "fourth")]
    [TestCase("folder=Trash", "fifth")]
    [TestCase("q=this+is+second", "second")]
    [TestCase("from=nobody", "")]
    [TestCase("until=2020-01-01T00:00:00Z", "")]
    [TestCase("order=oldest", "first second third fourth")]
    [TestCase("order=newest", "fourth third second first")]
    public async Task A_list_shows_what_the_filter_lets_through(string query, string subjects)
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.CommandAsync("CREATE Archive")).EnsureOk();
        (await imap.AppendAsync("INBOX", "(Invoice) ", Mail.FromAgent("first"))).EnsureOk();
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("second"))).EnsureOk();
        (await imap.AppendAsync("INBOX", @"(\Seen \Flagged) ", Mail.FromAgent("third"))).EnsureOk();
        (await imap.AppendAsync("Archive", "", Mail.FromAgent("fourth"))).EnsureOk();
        (await imap.AppendAsync("Trash", "", Mail.FromAgent("fifth"))).EnsureOk();

        Assert.That(string.Join(' ', Subjects(await Api.GetAsync($"{inbox}/messages?{query}"))), Is.EqualTo(subjects));
    }

    [Test]
    public async Task Pages_show_each_message_once_while_others_come_and_go()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        for (var i = 0; i < 7; i++)
        {
            (await imap.AppendAsync("INBOX", "", Mail.FromAgent($"m{i}"))).EnsureOk();
        }
        var first = (await Api.GetAsync($"{inbox}/messages?limit=3")).EnsureOk();
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("new"))).EnsureOk();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        (await imap.CommandAsync(@"STORE 5 +FLAGS (\Deleted)")).EnsureOk();
        (await imap.CommandAsync("EXPUNGE")).EnsureOk();
        var second = (await Api.GetAsync($"{inbox}/messages?limit=3&cursor={first["next_cursor"]}")).EnsureOk();
        var third = (await Api.GetAsync($"{inbox}/messages?limit=3&cursor={second["next_cursor"]}")).EnsureOk();

        Assert.That(Subjects(first).Concat(Subjects(second)).Concat(Subjects(third)), Is.EqualTo((string[])["m6", "m5", "m4", "m3", "m2", "m1", "m0"]));
        Assert.That(third["next_cursor"].GetString(), Is.Null);
    }

    [Test]
    public async Task An_idling_IMAP_session_sees_what_the_API_changes_and_deletes()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("watched"))).EnsureOk();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        var message = $"{inbox}/messages/{Only(await Api.GetAsync($"{inbox}/messages")).GetProperty("id")}";
        await imap.IdleAsync();

        (await Api.PatchAsync(message, new { seen = true })).EnsureOk();
        Assert.That(await imap.ReadUntilAsync("FETCH"), Does.Contain(@"\Seen"));
        (await Api.PostAsync($"{message}/labels", new { labels = new[] { "Invoice" } })).EnsureOk();
        Assert.That(await imap.ReadUntilAsync("FETCH"), Does.Contain("invoice"));
        Assert.That((await Api.DeleteAsync(message)).Status, Is.EqualTo(204));
        Assert.That(await imap.ReadUntilAsync("EXPUNGE"), Is.EqualTo("* 1 EXPUNGE"));
        var trashed = (await Api.GetAsync(message)).EnsureOk();
        (await Api.PostAsync($"{message}/restore")).EnsureOk();
        await imap.ReadUntilAsync("EXISTS");

        Assert.That(trashed["folders"].ToString(), Is.EqualTo("""["Trash"]"""));
        Assert.That((await Api.GetAsync(message)).EnsureOk()["labels"].ToString(), Is.EqualTo("""["invoice"]"""));
    }

    [Test]
    public async Task Deleting_for_good_leaves_nothing()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("gone"))).EnsureOk();
        var message = $"{inbox}/messages/{Only(await Api.GetAsync($"{inbox}/messages")).GetProperty("id")}";

        Assert.That((await Api.DeleteAsync($"{message}?permanent=true")).Status, Is.EqualTo(204));

        (await Api.GetAsync(message)).EnsureError(404, "message_not_found");
        Assert.That((await Api.GetAsync($"{inbox}/messages?folder=Trash")).EnsureOk()["data"].GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_message_that_is_moved_is_in_that_folder_alone()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.CommandAsync("CREATE Archive")).EnsureOk();
        (await imap.CommandAsync("CREATE Other")).EnsureOk();
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("moved"))).EnsureOk();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        (await imap.CommandAsync("COPY 1 Other")).EnsureOk();
        var message = $"{inbox}/messages/{Only(await Api.GetAsync($"{inbox}/messages")).GetProperty("id")}";

        var moved = (await Api.PatchAsync(message, new { folder = "Archive" })).EnsureOk();
        var trashed = (await Api.PatchAsync(message, new { folder = "Trash" })).EnsureOk();

        Assert.That(moved["folders"].ToString(), Is.EqualTo("""["Archive"]"""));
        Assert.That(trashed["folders"].ToString(), Is.EqualTo("""["Trash"]"""));
        (await Api.PatchAsync(message, new { folder = "Nowhere" })).EnsureError(404, "folder_not_found");
    }

    [TestCase("two words")]
    [TestCase("")]
    [TestCase("naïve")]
    [TestCase("a*")]
    public async Task A_label_that_IMAP_could_not_write_is_refused(string label)
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("labelled"))).EnsureOk();
        var message = $"{inbox}/messages/{Only(await Api.GetAsync($"{inbox}/messages")).GetProperty("id")}";

        (await Api.PostAsync($"{message}/labels", new { labels = new[] { label } })).EnsureError(400, "invalid_request");
    }

    [Test]
    public async Task Several_messages_are_got_at_once()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("one"))).EnsureOk();
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("two"))).EnsureOk();
        var ids = (await Api.GetAsync($"{inbox}/messages")).EnsureOk()["data"].EnumerateArray().Select(message => message.GetProperty("id").GetString()).ToList();

        var got = (await Api.PostAsync($"{inbox}/messages/batch?view=text", new { ids = ids.Append("msg_unknown") })).EnsureOk();

        var listed = (await Api.GetAsync($"{inbox}/messages?view=text&max_chars=4")).EnsureOk()["data"][0];

        Assert.That((listed.GetProperty("text_body").GetString(), listed.GetProperty("truncated").GetBoolean()), Is.EqualTo(("This", true)));
        Assert.That(Subjects(got), Is.EqualTo((string[])["two", "one"]));
        Assert.That(got["data"][0].GetProperty("text_body").GetString(), Does.StartWith("This is two."));
    }

    /// <summary>The path of a new inbox, and an IMAP session in it.</summary>
    async Task<(string Path, ImapDialogue Imap)> MailboxAsync()
    {
        var address = await NewInboxAsync();
        var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(address, Program.Key);
        return ($"/api/v1/inboxes/{address}", imap);
    }
}
