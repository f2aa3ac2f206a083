using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Sending by HTTP: messages, replies, forwards, drafts; the rules that hold for SMTP hold here.</summary>
sealed class SendingTests : RunningApi
{
    [Test]
    public async Task What_is_sent_is_in_Sent_and_in_the_INBOX_of_a_local_recipient()
    {
        var (from, to) = (await NewInboxAsync("Sender"), await NewInboxAsync());

        var sent = (await SendAsync(from, new
        {
            to = new object[] { new { email = to, name = "To, him" } },
            bcc = new[] { "secret@elsewhere.example" },
            subject = "Grüße",
            text_body = "Hello",
            html_body = "<p>Hello</p>",
            attachments = new[] { new { filename = "a.txt", mime_type = "text/plain", content = Convert.ToBase64String("file"u8) } },
            headers = new Dictionary<string, string> { ["Auto-Submitted"] = "auto-generated" },
        })).EnsureOk();
        var inSent = (await Api.GetAsync($"/api/v1/inboxes/{from}/messages/{sent["id"]}?view=full")).EnsureOk();
        var received = Only(await Api.GetAsync($"/api/v1/inboxes/{to}/messages"));

        Assert.That(inSent["folders"].ToString(), Is.EqualTo("""["Sent"]"""));
        Assert.That(inSent["direction"].GetString(), Is.EqualTo("outbound"));
        Assert.That(inSent["bcc"][0].GetProperty("email").GetString(), Is.EqualTo("secret@elsewhere.example"));
        Assert.That(inSent["headers"].GetString(), Does.Contain("Auto-Submitted: auto-generated"));
        Assert.That(received.GetProperty("bcc").GetArrayLength(), Is.Zero);
        Assert.That(received.GetProperty("direction").GetString(), Is.EqualTo("inbound"));
        Assert.That(received.GetProperty("from").ToString(), Is.EqualTo($$"""{"email":"{{from}}","name":"Sender"}"""));
        Assert.That(received.GetProperty("internet_message_id").GetString(), Is.EqualTo(sent["internet_message_id"].GetString()));
        Assert.That(received.GetProperty("attachments")[0].GetProperty("filename").GetString(), Is.EqualTo("a.txt"));
    }

    [Test]
    public async Task The_same_idempotency_key_sends_once()
    {
        var (from, to) = (await NewInboxAsync(), await NewInboxAsync());
        var body = new { to = new[] { to }, subject = "once", text_body = "once" };

        var first = (await SendAsync(from, body, ("Idempotency-Key", "k-1"))).EnsureOk();
        var again = (await SendAsync(from, body, ("Idempotency-Key", "k-1"))).EnsureOk();
        var other = (await SendAsync(from, body, ("Idempotency-Key", "k-2"))).EnsureOk();

        Assert.That(again["id"].GetString(), Is.EqualTo(first["id"].GetString()));
        Assert.That(other["id"].GetString(), Is.Not.EqualTo(first["id"].GetString()));
        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{to}/messages")).EnsureOk()["data"].GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_idempotency_key_stands_for_one_request()
    {
        var (from, to) = (await NewInboxAsync(), await NewInboxAsync());
        (await SendAsync(from, new { to = new[] { to }, text_body = "first" }, ("Idempotency-Key", "k"))).EnsureOk();

        var other = await SendAsync(from, new { to = new[] { to }, text_body = "second" }, ("Idempotency-Key", "k"));
        var replied = await Api.PostAsync(
            $"/api/v1/inboxes/{from}/messages/{Only(await Api.GetAsync($"/api/v1/inboxes/{from}/messages")).GetProperty("id")}/reply", new { text_body = "first" },
            ("Idempotency-Key", "k"));

        other.EnsureError(422, "idempotency_key_reused");
        replied.EnsureError(422, "idempotency_key_reused");
        Only(await Api.GetAsync($"/api/v1/inboxes/{to}/messages"));
    }

    [Test]
    public async Task Calls_at_once_with_one_idempotency_key_send_once()
    {
        var (from, to) = (await NewInboxAsync(), await NewInboxAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(from, new { to = new[] { to }, text_body = "once" }, ("Idempotency-Key", "k"))));

        Assert.That(answers.Select(answer => answer.EnsureOk()["id"].GetString()).Distinct().Count(), Is.EqualTo(1));
        Only(await Api.GetAsync($"/api/v1/inboxes/{to}/messages"));
    }

    [Test]
    public async Task The_secret_of_a_key_does_not_leave()
    {
        var refused = await SendAsync(await NewInboxAsync(), new { to = new[] { "bob@elsewhere.example" }, text_body = $"My key is {Program.Key}." });

        refused.EnsureError(403, "sending_refused");
        Assert.That(refused.Text, Does.Contain("holds the secret of the key").And.Not.Contain(Program.Key));
    }

    [Test]
    public async Task A_key_that_may_only_write_sends_but_passes_nothing_on_that_it_may_not_read()
    {
        var (from, to) = (await NewInboxAsync(), await NewInboxAsync());
        using var writer = await ClientAsync(["messages:write"], from);
        var sent = (await writer.PostAsync($"/api/v1/inboxes/{from}/messages", new { to = new[] { to }, text_body = "x" })).EnsureOk();

        (await writer.PostAsync($"/api/v1/inboxes/{from}/messages/{sent["id"]}/forward", new { to = new[] { "me@elsewhere.example" } })).EnsureError(403, "missing_scope");
        (await writer.PatchAsync($"/api/v1/inboxes/{from}/messages/{sent["id"]}", new { seen = true })).EnsureError(403, "missing_scope");
    }

    [Test]
    public async Task The_sending_rules_are_asked()
    {
        var from = await NewInboxAsync();
        var rule = (await Api.PostAsync("/api/v1/filter-rules", new { direction = "send", action = "block", value = "blocked.example", inbox = from })).EnsureOk();

        var refused = await SendAsync(from, new { to = new[] { "a@blocked.example" }, text_body = "x" });
        Assert.That((await Api.DeleteAsync($"/api/v1/filter-rules/{rule["id"]}")).Status, Is.EqualTo(204));
        var allowed = await SendAsync(from, new { to = new[] { "a@blocked.example" }, text_body = "x" });
        (await Api.PatchAsync($"/api/v1/inboxes/{from}", new { send_paused = true, send_paused_reason = "holiday" })).EnsureOk();
        var paused = await SendAsync(from, new { to = new[] { "a@blocked.example" }, text_body = "x" });

        refused.EnsureError(403, "sending_refused");
        Assert.That(refused["error"].GetProperty("message").GetString(), Does.Contain(rule["id"].GetString()));
        allowed.EnsureOk();
        paused.EnsureError(403, "sending_refused");
        Assert.That(paused["error"].GetProperty("message").GetString(), Does.Contain("holiday"));
    }

    [TestCase("""{"text_body":"nobody"}""", "to")]
    [TestCase("""{"to":["no address"],"text_body":"x"}""", "message")]
    [TestCase("""{"to":["a@b.example"],"subject":"a\r\nBcc: evil@example.com"}""", "message")]
    [TestCase("""{"to":["a@b.example"],"headers":{"From":"evil@example.com"}}""", "message")]
    [TestCase("""{"to":["a@b.example"],"headers":{"Received":"from nowhere"}}""", "headers.Received")]
    [TestCase("""{"to":["a@b.example"],"attachments":[{"filename":"x"}]}""", "attachments[0].content")]
    [TestCase("""{"to":["a@b.example"],"attachments":[{"content":"%"}]}""", "attachments[0].content")]
    [TestCase("""{"to":[{"mail":"a@b.example"}]}""", "to[0]")]
    public async Task A_message_that_cannot_be_is_refused_with_the_field_named(string body, string field)
    {
        var answer = await SendAsync(await NewInboxAsync(), body);

        answer.EnsureError(400, "invalid_request");
        Assert.That(answer["error"].GetProperty("message").GetString(), Does.StartWith($"{field}: "));
    }

    [Test]
    public async Task A_reply_goes_to_the_sender_in_the_same_thread_and_marks_as_answered()
    {
        var (alice, bob) = (await NewInboxAsync("Alice"), await NewInboxAsync("Bob"));
        (await SendAsync(alice, new { to = new[] { bob, "carol@elsewhere.example" }, subject = "Lunch", text_body = "Today?" })).EnsureOk();
        var received = Only(await Api.GetAsync($"/api/v1/inboxes/{bob}/messages"));
        var message = $"/api/v1/inboxes/{bob}/messages/{received.GetProperty("id")}";

        (await Api.PostAsync($"{message}/reply", new { text_body = "Yes." })).EnsureOk();
        var all = (await Api.PostAsync($"{message}/reply-all", new { text_body = "Yes, all." })).EnsureOk();
        var answers = (await Api.GetAsync($"/api/v1/inboxes/{alice}/messages?folder=INBOX&order=oldest")).EnsureOk()["data"];
        var toAll = (await Api.GetAsync($"/api/v1/inboxes/{bob}/messages/{all["id"]}")).EnsureOk();
        var thread = (await Api.GetAsync($"/api/v1/inboxes/{alice}/threads/{answers[0].GetProperty("thread_id")}")).EnsureOk();

        Assert.That(answers[0].GetProperty("subject").GetString(), Is.EqualTo("Re: Lunch"));
        Assert.That(answers[0].GetProperty("in_reply_to").GetString(), Is.EqualTo(received.GetProperty("internet_message_id").GetString()));
        Assert.That(toAll["to"][0].GetProperty("email").GetString(), Is.EqualTo(alice));
        Assert.That(toAll["cc"].EnumerateArray().Select(address => address.GetProperty("email").GetString()), Is.EqualTo((string[])["carol@elsewhere.example"]));
        Assert.That(thread["message_count"].GetInt32(), Is.EqualTo(3));
        Assert.That((await Api.GetAsync(message)).EnsureOk()["answered"].GetBoolean());
    }

    [Test]
    public async Task A_forward_takes_text_and_files_along()
    {
        var (alice, bob) = (await NewInboxAsync(), await NewInboxAsync());
        var file = new { filename = "data.bin", content = Convert.ToBase64String(Enumerable.Range(0, 256).Select(octet => (byte)octet).ToArray()) };
        (await SendAsync(bob, new { to = new[] { alice }, subject = "Report", text_body = "See file.", attachments = new[] { file } })).EnsureOk();
        var received = Only(await Api.GetAsync($"/api/v1/inboxes/{alice}/messages"));

        (await Api.PostAsync($"/api/v1/inboxes/{alice}/messages/{received.GetProperty("id")}/forward", new { to = new[] { bob }, text_body = "FYI" })).EnsureOk();
        var forwarded = Only(await Api.GetAsync($"/api/v1/inboxes/{bob}/messages?folder=INBOX"));
        var path = $"/api/v1/inboxes/{bob}/messages/{forwarded.GetProperty("id")}";
        var content = (await Api.GetAsync($"{path}/attachments/{forwarded.GetProperty("attachments")[0].GetProperty("id")}")).EnsureOk();

        Assert.That(forwarded.GetProperty("subject").GetString(), Is.EqualTo("Fwd: Report"));
        Assert.That((await Api.GetAsync($"{path}?view=text")).EnsureOk()["text_body"].GetString(), Does.StartWith("FYI").And.Contain("Forwarded message").And.Contain("See file."));
        Assert.That(content.Octets, Is.EqualTo(Enumerable.Range(0, 256).Select(octet => (byte)octet)));
        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{alice}/messages/{received.GetProperty("id")}")).EnsureOk()["labels"].ToString(), Does.Contain("$forwarded"));
    }

    [Test]
    public async Task A_forward_of_a_text_that_is_too_long_to_quote_takes_the_whole_message_along()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        var long_ = Encoding.ASCII.GetBytes($"From: a@b.example\r\nSubject: long\r\n\r\n{string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 70_000))}");
        (await imap.AppendAsync("INBOX", "", long_)).EnsureOk();
        var message = $"/api/v1/inboxes/{inbox}/messages/{Only(await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages")).GetProperty("id")}";

        (await Api.PostAsync($"{message}/forward", new { to = new[] { inbox } })).EnsureOk();
        var forwarded = Only(await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages?subject=Fwd&folder=INBOX"));
        var file = forwarded.GetProperty("attachments")[0];
        var content = (await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/{forwarded.GetProperty("id")}/attachments/{file.GetProperty("id")}")).EnsureOk();

        Assert.That(file.GetProperty("mime_type").GetString(), Is.EqualTo("message/rfc822"));
        Assert.That(content.Octets, Is.EqualTo(long_));
    }

    [Test]
    public async Task A_draft_keeps_its_id_while_the_API_and_IMAP_change_it_and_moves_to_Sent()
    {
        var inbox = await NewInboxAsync();
        var drafts = $"/api/v1/inboxes/{inbox}/drafts";
        var made = (await Api.PostAsync(drafts, new { to = new[] { "bob@elsewhere.example" }, subject = "one", text_body = "text" })).EnsureOk();
        var draft = $"{drafts}/{made["id"]}";
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        (await imap.CommandAsync("SELECT Drafts")).EnsureOk();

        // The API changes: IMAP sees a new message in place of the old.
        var changed = (await Api.PatchAsync(draft, new { subject = "two" })).EnsureOk();
        Assert.That(changed["uid"].GetInt64(), Is.GreaterThan(made["uid"].GetInt64()));
        (await imap.CommandAsync("NOOP")).EnsureOk();
        var seen = Encoding.UTF8.GetString(await imap.FetchMessageAsync((uint)changed["uid"].GetInt64()));
        Assert.That(seen, Does.Contain("Subject: two").And.Contain("text"));

        // A mail client changes as clients do: APPEND of the new text, then the old one is deleted.
        (await imap.AppendAsync("Drafts", @"(\Draft) ", Encoding.UTF8.GetBytes(seen.Replace("Subject: two", "Subject: three", StringComparison.Ordinal)))).EnsureOk();
        (await imap.CommandAsync($@"UID STORE {changed["uid"]} +FLAGS (\Deleted)")).EnsureOk();
        (await imap.CommandAsync("EXPUNGE")).EnsureOk();
        var after = (await Api.GetAsync(draft)).EnsureOk();
        Assert.That(after["message"].GetProperty("subject").GetString(), Is.EqualTo("three"));
        Assert.That(Only(await Api.GetAsync(drafts)).GetProperty("id").GetString(), Is.EqualTo(made["id"].GetString()));

        // Sending moves it.
        var sent = (await Api.PostAsync($"{draft}/send")).EnsureOk();
        var shown = (await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/{sent["id"]}?view=full")).EnsureOk();
        (await Api.GetAsync(draft)).EnsureError(404, "draft_not_found");
        Assert.That(shown["folders"].ToString(), Is.EqualTo("""["Sent"]"""));
        Assert.That((shown["subject"].GetString(), shown["text_body"].GetString()?.Trim()), Is.EqualTo(("three", "text")));
        Assert.That(shown["headers"].GetString(), Does.Not.Contain("X-AgentPost"));
    }

    [Test]
    public async Task What_a_change_does_not_name_stays_in_a_draft()
    {
        var inbox = await NewInboxAsync("Keeper");
        var drafts = $"/api/v1/inboxes/{inbox}/drafts";
        var made = (await Api.PostAsync(drafts, new
        {
            to = new object[] { new { email = "bob@elsewhere.example", name = "Bób" } },
            reply_to = new[] { "team@agentpost.test" },
            subject = "one",
            text_body = "text",
            html_body = "<p>text</p>",
            headers = new Dictionary<string, string> { ["X-Ticket"] = "Nummer Drei ß", ["Auto-Submitted"] = "auto-generated" },
            attachments = new[] { new { filename = "a.txt", mime_type = "text/plain", content = Convert.ToBase64String("file"u8) } },
        })).EnsureOk();

        var changed = (await Api.PatchAsync($"{drafts}/{made["id"]}", new { subject = "two" })).EnsureOk();
        var sent = (await Api.PostAsync($"{drafts}/{made["id"]}/send")).EnsureOk();
        var shown = (await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/{sent["id"]}?view=full")).EnsureOk();

        Assert.That(changed["message"].GetProperty("internet_message_id").GetString(), Is.EqualTo(made["message"].GetProperty("internet_message_id").GetString()));
        Assert.That(shown["subject"].GetString(), Is.EqualTo("two"));
        foreach (var name in new[] { "to", "reply_to", "from", "attachments", "html_body", "text_body" })
        {
            Assert.That(shown[name].ToString(), Is.EqualTo(made["message"].GetProperty(name).ToString()), name);
        }
        Assert.That(shown["headers"].GetString(), Does.Contain("Auto-Submitted: auto-generated\r\n").And.Contain("X-Ticket: Nummer Drei =?utf-8?"));
    }

    [Test]
    public async Task A_draft_of_a_mail_client_is_sent_as_it_is()
    {
        const string Body = "--x\r\nContent-Type: text/plain\r\n\r\nSigned.\r\n--x\r\nContent-Type: application/pgp-signature\r\n\r\nabc\r\n--x--\r\nepilogue\r\n";
        const string Type = "Content-Type: multipart/signed; boundary=x;\r\n protocol=\"application/pgp-signature\"\r\n";
        var (inbox, to) = (await NewInboxAsync(), await NewInboxAsync());
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        (await imap.AppendAsync("Drafts", @"(\Draft) ", Encoding.UTF8.GetBytes(
            $"From: {inbox}\r\nTo: {to}\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nX-Mozilla-Draft-Info: internal/draft\r\nX-Odd:   spaced\r\nSubject: s\r\n{Type}\r\n{Body}"))).EnsureOk();
        var draft = Only(await Api.GetAsync($"/api/v1/inboxes/{inbox}/drafts")).GetProperty("id");

        var sent = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/drafts/{draft}/send", null, ("Idempotency-Key", "signed"))).EnsureOk();
        var again = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/drafts/{draft}/send", null, ("Idempotency-Key", "signed"))).EnsureOk();
        var received = Only(await Api.GetAsync($"/api/v1/inboxes/{to}/messages"));
        var raw = (await Api.GetAsync($"/api/v1/inboxes/{to}/messages/{received.GetProperty("id")}/raw")).EnsureOk().Text;

        Assert.That(again["id"].GetString(), Is.EqualTo(sent["id"].GetString()));
        Assert.That(raw, Does.EndWith($"X-Odd:   spaced\r\nSubject: s\r\n{Type}\r\n{Body}"));
        Assert.That(raw, Does.Not.Contain("Mozilla").And.Not.Contain("1 Jan 2026").And.Contain("Message-ID: "));
    }

    [Test]
    public async Task A_draft_in_another_name_is_not_sent()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        (await imap.AppendAsync("Drafts", @"(\Draft) ", "From: boss@agentpost.test\r\nTo: a@b.example\r\nSubject: s\r\n\r\nx\r\n"u8.ToArray())).EnsureOk();
        var draft = Only(await Api.GetAsync($"/api/v1/inboxes/{inbox}/drafts")).GetProperty("id");

        (await Api.PostAsync($"/api/v1/inboxes/{inbox}/drafts/{draft}/send")).EnsureError(422, "author_rejected");
    }

    [Test]
    public async Task Of_changes_at_once_by_the_API_and_IMAP_none_is_lost_unseen_and_one_draft_stays()
    {
        var inbox = await NewInboxAsync();
        var drafts = $"/api/v1/inboxes/{inbox}/drafts";
        var made = (await Api.PostAsync(drafts, new { subject = "first", text_body = "text" })).EnsureOk();
        var draft = $"{drafts}/{made["id"]}";
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        (await imap.CommandAsync("SELECT Drafts")).EnsureOk();
        var text = Encoding.UTF8.GetString(await imap.FetchMessageAsync((uint)made["uid"].GetInt64()));

        var patches = Enumerable.Range(0, 6).Select(i => Api.PatchAsync(draft, new { subject = $"api {i}" })).ToList();
        (await imap.AppendAsync("Drafts", @"(\Draft) ", Encoding.UTF8.GetBytes(text.Replace("Subject: first", "Subject: imap", StringComparison.Ordinal)))).EnsureOk();
        (await imap.CommandAsync($@"UID STORE {made["uid"]} +FLAGS (\Deleted)")).EnsureOk();
        (await imap.CommandAsync("EXPUNGE")).EnsureOk();
        var answers = await Task.WhenAll(patches);
        var left = Only(await Api.GetAsync(drafts));

        Assert.That(answers.Select(answer => (answer.Status, answer.ErrorCode)), Is.All.EqualTo((200, (string?)null)).Or.EqualTo((409, "message_changed")));
        Assert.That(left.GetProperty("id").GetString(), Is.EqualTo(made["id"].GetString()));
        Assert.That(left.GetProperty("message").GetProperty("subject").GetString(), Does.StartWith("imap").Or.StartsWith("api "));
        Assert.That((await Api.DeleteAsync(draft)).Status, Is.EqualTo(204));
        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{inbox}/folders")).EnsureOk()["data"][1].GetProperty("messages").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task A_deleted_draft_is_gone_and_not_in_Trash()
    {
        var inbox = await NewInboxAsync();
        var made = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/drafts", new { subject = "nothing" })).EnsureOk();

        Assert.That((await Api.DeleteAsync($"/api/v1/inboxes/{inbox}/drafts/{made["id"]}")).Status, Is.EqualTo(204));

        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{inbox}/drafts")).EnsureOk()["data"].GetArrayLength(), Is.Zero);
        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages?folder=Trash")).EnsureOk()["data"].GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Threads_are_listed_by_their_newest_message_and_labelled_as_one()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        foreach (var (id, references) in new[] { ("a1", ""), ("b1", ""), ("a2", "<a1@x.example>") })
        {
            var fields = references.Length > 0 ? $"References: {references}\r\n" : "";
            (await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes($"From: {id}@x.example\r\nSubject: {id}\r\nMessage-ID: <{id}@x.example>\r\n{fields}\r\n{id}\r\n"))).EnsureOk();
        }
        var threads = $"/api/v1/inboxes/{inbox}/threads";

        var first = (await Api.GetAsync($"{threads}?limit=1")).EnsureOk();
        var second = (await Api.GetAsync($"{threads}?limit=1&cursor={first["next_cursor"]}")).EnsureOk();
        (await Api.PostAsync($"{threads}/{first["data"][0].GetProperty("id")}/labels", new { labels = new[] { "both" } })).EnsureOk();

        Assert.That((first["data"][0].GetProperty("subject").GetString(), first["data"][0].GetProperty("message_count").GetInt32()), Is.EqualTo(("a1", 2)));
        Assert.That(Only(second).GetProperty("subject").GetString(), Is.EqualTo("b1"));
        Assert.That(second["next_cursor"].GetString(), Is.Null);
        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages?label=both")).EnsureOk()["data"].GetArrayLength(), Is.EqualTo(2));
        var newest = (await Api.GetAsync($"{threads}/{first["data"][0].GetProperty("id")}?limit=1&view=text")).EnsureOk();
        Assert.That((newest["message_count"].GetInt32(), newest["messages"].GetArrayLength(), newest["messages"][0].GetProperty("text_body").GetString()?.Trim()), Is.EqualTo((2, 1, "a2")));
    }

    Task<ApiAnswer> SendAsync(string inbox, object body, params (string, string)[] headers) => Api.PostAsync($"/api/v1/inboxes/{inbox}/messages", body, headers);
}
