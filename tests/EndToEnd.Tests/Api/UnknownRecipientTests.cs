using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Addresses in the server's own domains that are not inboxes are refused on every entrance, and no mail for
/// them is queued.</summary>
sealed class UnknownRecipientTests : RunningApi
{
    // Of a domain of the settings, in the forms in which it can be written.
    static readonly string[] Unknown =
    [
        "nobody@agentpost.test", "Nobody@AGENTPOST.TEST", "nobody+tag@agentpost.test", "\"no body\"@agentpost.test",
        "postmaster@agentpost.test",
        $"{new string('x', 64)}@agentpost.test",
    ];

    [OneTimeSetUp]
    public async Task AddDomain() =>
        Assert.That((await Program.RunCommandAsync("domain", "add", "added.test")).ExitCode, Is.Zero);

    [TearDown]
    public async Task Nothing_is_queued() =>
        Assert.That(
            (await Program.RunCommandAsync("queue", "list", "--json")).Output,
            Does.Not.Contain("agentpost.test\"").And.Not.Contain("added.test"));

    [Test]
    public async Task Submission_refuses_them([ValueSource(nameof(Unknown))] string recipient)
    {
        await using var smtp = await Program.LogInToSmtpAsync();
        await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>");
        Assert.That(await smtp.CommandAsync($"RCPT TO:<{recipient}>"), Does.StartWith("550 5.1.1 "));
        Assert.That(await smtp.CommandAsync("RCPT TO:<nobody@added.test>"), Does.StartWith("550 5.1.1 "));
        Assert.That(
            await smtp.CommandAsync("RCPT TO:<nobody@sub.agentpost.test>"), Does.StartWith("250 "),
            "A subdomain is another domain.");
        Assert.That(await smtp.CommandAsync("RCPT TO:<agent+tag@agentpost.test>"), Does.StartWith("250 "));
    }

    [Test]
    public async Task MX_and_LMTP_refuse_them([ValueSource(nameof(Unknown))] string recipient, [Values] bool isLmtp)
    {
        await using var client = await SmtpDialogue.BeginAsync(
            isLmtp ? Program.ConnectLmtpAsync(CancellationToken.None) : Program.ConnectMxAsync(CancellationToken.None));
        await client.CommandAsync(isLmtp ? "LHLO client.test" : "EHLO client.test");
        await client.CommandAsync("MAIL FROM:<zoe@elsewhere.example>");
        Assert.That(await client.CommandAsync($"RCPT TO:<{recipient}>"), Does.StartWith("550 5.1.1 "));
        Assert.That(await client.CommandAsync("RCPT TO:<nobody@added.test>"), Does.StartWith("550 5.1.1 "));
    }

    [Test]
    public async Task HTTP_refuses_them_when_a_message_or_a_draft_is_sent()
    {
        var sent = await Api.PostAsync(
            $"{Inbox}/messages",
            new { to = new[] { "zoe@elsewhere.example", "nobody@agentpost.test" }, text_body = "x" });
        sent.EnsureError(422, "recipient_not_found");
        Assert.That(sent.Text, Does.Contain("nobody@agentpost.test"));

        var draft = (await Api.PostAsync($"{Inbox}/drafts", new { to = new[] { "nobody@added.test" }, text_body = "x" })).EnsureOk();
        (await Api.PostAsync($"{Inbox}/drafts/{draft["id"].GetString()}/send")).EnsureError(422, "recipient_not_found");

        var original = draft["message"].GetProperty("id").GetString();
        (await Api.PostAsync($"{Inbox}/messages/{original}/forward", new { to = new[] { "nobody@agentpost.test" } }))
            .EnsureError(422, "recipient_not_found");
    }

    [Test]
    public async Task A_remote_account_sends_nothing_to_them()
    {
        var inbox = await NewInboxAsync();
        await ExecuteAsync("update inboxes set has_own_route = true where address = $1", inbox);

        var sent = await Api.PostAsync(
            $"/api/v1/inboxes/{inbox}/messages", new { to = new[] { "nobody@agentpost.test" }, text_body = "x" });
        sent.EnsureError(422, "recipient_not_found");
        (await TestSendAsync(inbox, "nobody@agentpost.test")).EnsureError(422, "recipient_not_found");
    }

    [Test]
    public async Task A_paused_inbox_sends_no_test_through_a_remote_server()
    {
        var inbox = await NewInboxAsync();
        (await Api.PatchAsync($"/api/v1/inboxes/{inbox}", new { send_paused = true })).EnsureOk();

        (await TestSendAsync(inbox, "zoe@elsewhere.example")).EnsureError(403, "sending_refused");
    }

    [Test]
    public async Task An_inbox_in_a_foreign_domain_keeps_working_and_takes_no_other_address_of_it()
    {
        await ExecuteAsync(
            "update inboxes set address = 'old@foreign.example' where address = $1", await NewInboxAsync());
        await using var smtp = await Program.LogInToSmtpAsync();
        await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>");
        Assert.That(await smtp.CommandAsync("RCPT TO:<old@foreign.example>"), Does.StartWith("250 "));
        Assert.That(
            await smtp.CommandAsync("RCPT TO:<other@foreign.example>"), Does.StartWith("250 "),
            "It is an address of another server.");

        var doctor = await Program.RunCommandAsync("doctor", "--json");
        Assert.That(
            doctor.Output,
            Does.Match("\"check\": \"domains\",\\s+\"state\": \"warning\"").And.Contain("foreign.example (1)"),
            doctor.Error);
    }

    [Test]
    public async Task Submitted_mail_for_role_addresses_comes_to_the_operators_inbox()
    {
        await using var sender = await Sender.StartAsync(("AGENTPOST_MX__POSTMASTER", ProgramUnderTest.Inbox));
        await sender.SendAsync("roles", "postmaster@agentpost.test", "Abuse@agentpost.test");
        await using var imap = await sender.Program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        Assert.That(
            string.Join('\n', (await imap.CommandAsync("FETCH 1:* FLAGS")).Untagged),
            Does.Contain("plus:postmaster").And.Contain("plus:abuse"));
        Assert.That(await sender.SqlAsync<long>("select count(*) from queue"), Is.Zero);
    }

    [TestCase("billing@bank.example")]
    [TestCase("billing@sub.agentpost.test")]
    public async Task A_key_creates_no_inbox_in_a_foreign_domain(string email)
    {
        using var client = await ClientAsync(["inboxes:write"]);
        (await client.PostAsync("/api/v1/inboxes", new { email })).EnsureError(422, "domain_not_owned");
        (await client.PostAsync("/api/v1/inboxes", new { username = "billing", domain = email[(email.IndexOf('@') + 1)..] })).EnsureError(422, "domain_not_owned");
        (await client.PostAsync("/api/v1/inboxes", new { email = "ann@added.test" })).EnsureOk();
        (await Api.DeleteAsync("/api/v1/inboxes/ann@added.test")).EnsureOk();
    }

    Task<ApiAnswer> TestSendAsync(string inbox, string to) => Api.PostAsync(
        $"/v1/messaging/imap/{inbox}/test-send",
        new
        {
            fromAddress = "ann@elsewhere.example",
            smtpHost = "smtp.elsewhere.example",
            smtpPort = 465,
            smtpUsername = "ann",
            smtpPassword = "p",
            to,
        });
}
