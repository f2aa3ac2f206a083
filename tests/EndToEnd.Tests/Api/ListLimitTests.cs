using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Lists that keys can lengthen have limits, which IMAP answers with <c>NO [LIMIT]</c> and HTTP with 409 and
/// what to do.</summary>
sealed class ListLimitTests : RunningApi
{
    protected override (string Name, string Value)[] Settings =>
    [
        ("AGENTPOST_LIMITS__FOLDERS", "6"), ("AGENTPOST_LIMITS__SUBSCRIPTIONS", "6"), ("AGENTPOST_LIMITS__DRAFTS", "3"),
        ("AGENTPOST_LIMITS__ANNOTATIONS", "3"),
        ("AGENTPOST_LIMITS__TAGS", "5"), ("AGENTPOST_LIMITS__RULESPERINBOX", "2"),
        ("AGENTPOST_LIMITS__RULESPERORGANIZATION", "2"), ("AGENTPOST_LIMITS__INBOXES", "12"),
        ("AGENTPOST_LIMITS__WEBHOOKSPERKEY", "2"), ("AGENTPOST_LIMITS__KEYSPERKEY", "10"),
    ];

    [Test]
    public async Task IMAP_refuses_folders_subscriptions_drafts_and_annotations_beyond_the_limit()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);

        (await imap.CommandAsync("CREATE a/b")).EnsureOk();
        Assert.That(
            (await imap.CommandAsync("CREATE c")).Status, Does.StartWith("NO [LIMIT] ").And.Contain("Limits:Folders"));
        Assert.That((await imap.CommandAsync("RENAME INBOX c")).Status, Does.StartWith("NO [LIMIT] "));
        (await imap.CommandAsync("SUBSCRIBE a")).EnsureOk();
        (await imap.CommandAsync("SUBSCRIBE a/b")).EnsureOk();
        Assert.That(
            (await imap.CommandAsync("SUBSCRIBE nothing")).Status,
            Does.StartWith("NO [LIMIT] ").And.Contain("Limits:Subscriptions"));
        for (var i = 0; i < 3; i++)
        {
            (await imap.AppendAsync("Drafts", "", "Subject: draft\r\n\r\n"u8.ToArray())).EnsureOk();
        }
        Assert.That(
            (await imap.AppendAsync("Drafts", "", "Subject: draft\r\n\r\n"u8.ToArray())).Status,
            Does.StartWith("NO [LIMIT] ").And.Contain("Limits:Drafts"));
        (await imap.CommandAsync("SETMETADATA INBOX (/private/comment \"a\" /private/vendor/acme/x \"b\")")).EnsureOk();
        (await imap.CommandAsync("SETMETADATA \"\" (/private/comment \"a\")")).EnsureOk();
        Assert.That(
            (await imap.CommandAsync("SETMETADATA a (/private/comment \"a\")")).Status,
            Does.StartWith("NO [METADATA TOOMANY] ").And.Contain("Limits:Annotations"));
        (await Api.PostAsync($"/api/v1/inboxes/{inbox}/drafts", new { subject = "one more" }))
            .EnsureError(409, "draft_limit");
    }

    [Test]
    public async Task HTTP_refuses_rules_keys_webhooks_and_inboxes_beyond_the_limit()
    {
        var inbox = await NewInboxAsync();
        using var wide = await ClientAsync(
            ["inboxes:read", "inboxes:write", "keys:write", "webhooks:write", "messages:read"]);
        foreach (var level in new[] { "organization", "inbox" })
        {
            await FillAsync(
                2, 409, "rule_limit", i =>
                    wide.PostAsync(
                        "/api/v1/filter-rules", new { action = "allow", value = $"d{i}.example", inbox, level }));
        }
        await FillAsync(
            2, 409, "webhook_limit", i =>
                wide.PostAsync(
                    "/api/v1/webhooks",
                    new { url = $"https://hooks{i}.example.com/", event_types = new[] { "message.bounced" } }));
        await FillAsync(
            null, 409, "key_limit", i => wide.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read" } }));
        foreach (var made in await FillAsync(null, 409, "inbox_limit", i => wide.PostAsync("/api/v1/inboxes", new { })))
        {
            (await wide.DeleteAsync($"/api/v1/inboxes/{made["email"].GetString()}")).EnsureOk();
        }
    }

    [Test]
    public async Task Plus_tags_of_strangers_leave_room_for_what_the_server_marks()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var mx = await SmtpDialogue.BeginAsync(
                Program.ConnectLmtpAsync(CancellationToken.None), "LHLO");
            await mx.CommandAsync("MAIL FROM:<>");
            foreach (var tag in Enumerable.Range(i * 4, 4))
            {
                Assert.That(await mx.CommandAsync($"RCPT TO:<agent+t{tag}@agentpost.test>"), Does.StartWith("250 "));
            }
            await mx.CommandAsync("DATA");
            Assert.That(await mx.CommandAsync("Subject: tagged\r\n\r\nx\r\n."), Does.StartWith("250 "));
        }
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        var entries = (await imap.CommandAsync("FETCH 1:* FLAGS"))
            .Untagged.Where(line => line.Contains("FETCH", StringComparison.Ordinal)).ToList();
        Assert.That(entries, Has.Count.EqualTo(3).And.All.Contain("$Automated"));
        Assert.That(
            entries.SelectMany(line => line.Split(' ', '(', ')'))
                .Where(word => word.StartsWith("plus:", StringComparison.Ordinal)).Distinct().Count(), Is.EqualTo(5));
    }

    [TestCase("name", "/api/v1/keys", """{"scopes":["messages:read"],"name":"TEXT"}""")]
    [TestCase("description", "/api/v1/webhooks", """{"url":"https://hooks.example.com/","event_types":["message.bounced"],"description":"TEXT"}""")]
    [TestCase("client_id", "/api/v1/inboxes", """{"client_id":"TEXT"}""")]
    [TestCase("display_name", "/api/v1/inboxes", """{"display_name":"TEXT"}""")]
    public async Task Texts_of_callers_are_one_short_line(string field, string path, string body)
    {
        foreach (var text in new[] { new string('x', 201), "two\\r\\nlines" })
        {
            var refused = await Api.PostAsync(path, body.Replace("TEXT", text, StringComparison.Ordinal));
            refused.EnsureError(400, "invalid_request");
            Assert.That(refused.Text, Does.Contain(field));
        }
    }

    [Test]
    public async Task The_reason_of_a_pause_cannot_become_a_reply_of_its_own()
    {
        var inbox = $"/api/v1/inboxes/{ProgramUnderTest.Inbox}";
        (await Api.PatchAsync(inbox, new { send_paused = true, send_paused_reason = "x\r\n250 fine" }))
            .EnsureError(400, "invalid_request");
        Assert.That(
            (await Program.RunCommandAsync("inbox", "block", ProgramUnderTest.Inbox, "--reason", "x\r\n250 fine"))
                .ExitCode, Is.EqualTo(1));
        Assert.That((await Api.GetAsync(inbox)).EnsureOk()["send_paused"].GetBoolean(), Is.False);
    }

    /// <summary>Creates items until one is refused; returns the others.</summary>
    /// <param name="expected">How many must have been created; null: at least one.</param>
    static async Task<IReadOnlyList<ApiAnswer>> FillAsync(
        int? expected, int status, string code, Func<int, Task<ApiAnswer>> create)
    {
        var made = new List<ApiAnswer>();
        while (true)
        {
            var answer = await create(made.Count);
            if (answer.Status == 201 && made.Count < 20)
            {
                made.Add(answer);
                continue;
            }
            answer.EnsureError(status, code);
            Assert.That(answer["error"].GetProperty("fix").GetString(), Is.Not.Empty);
            Assert.That(made.Count, expected is { } count ? Is.EqualTo(count) : Is.GreaterThan(0));
            return made;
        }
    }
}
