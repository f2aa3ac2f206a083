using System.Text.Json;
using System.Text.Json.Nodes;
using AgentPost.EndToEnd.Tests.Api;
using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Surfaces;

/// <summary>What <c>start</c> tries before it stores an account, and accounts with access tokens. The remote server is a second program, which takes its keys as tokens.</summary>
[CancelAfter(180_000)]
sealed class SurfaceStartTests : RunningApi
{
    const string Theirs = "ann@theirs.test";
    const string Text = "Subject: odd\r\n\r\nHello\r\n";

    TestDatabase _theirDatabase = null!;
    ProgramUnderTest _theirs = null!;
    DovecotServer _dovecot = null!;

    protected override (string Name, string Value)[] Settings =>
    [
        ("AGENTPOST_SURFACES__ALLOWPRIVATEADDRESSES", "true"),
        ("AGENTPOST_SURFACES__ALLOWUNTRUSTEDCERTIFICATES", "true"),
    ];

    [OneTimeSetUp]
    public async Task StartTheirs()
    {
        _dovecot = await DovecotServer.StartAsync();
        _theirDatabase = await Databases.CreateAsync();
        _theirs = await ProgramUnderTest.StartAsync(_theirDatabase.ConnectionString, ("AGENTPOST_BOOTSTRAP__INBOX", Theirs));
    }

    [OneTimeTearDown]
    public async Task StopTheirs()
    {
        await _theirs.DisposeAsync();
        await _theirDatabase.DisposeAsync();
        await _dovecot.DisposeAsync();
    }

    [Test]
    public async Task Start_stores_nothing_if_a_login_fails_and_everything_without_verification()
    {
        var surface = await NewSurfaceAsync();
        var wrong = Account(("imapPassword", "wrong"), ("smtpPort", LoopbackPorts.Next()));
        var refused = (await Api.PostAsync($"{surface}/start", wrong)).EnsureError(422, "outside_server_failed");
        (await Api.GetAsync($"{surface}/status")).EnsureError(404, "surface_not_found");
        wrong["verify"] = false;
        (await Api.PostAsync($"{surface}/start", wrong)).EnsureOk();

        Assert.That(refused.Text, Does.Contain("IMAP: ").And.Contain("rejected the login").And.Contain("SMTP: ").And.Contain("verify"));
        Assert.That((await Api.GetAsync($"{surface}/status")).EnsureOk()["active"].GetBoolean());
    }

    [Test]
    public async Task A_failed_start_leaves_the_account_as_it_was()
    {
        var surface = await NewSurfaceAsync();
        (await Api.PostAsync($"{surface}/start", Account())).EnsureOk();
        (await Api.PostAsync($"{surface}/start", Account(("mailbox", "Nowhere")))).EnsureError(422, "outside_server_failed");

        Assert.That((await Api.GetAsync($"{surface}/status")).EnsureOk()["mailbox"].GetString(), Is.EqualTo("INBOX"));
    }

    [Test]
    public async Task On_unusual_ports_the_TLS_mode_is_found([Values] bool isStartTls, [Values] bool verify)
    {
        var surface = await NewSurfaceAsync();
        var port = isStartTls ? _dovecot.StartTlsPort : _dovecot.Port;
        (await Api.PostAsync(
            $"{surface}/start", Account(("imapPort", port), ("imapUsername", "ann"), ("imapPassword", DovecotServer.Password), ("verify", verify)))).EnsureOk();
        (await Api.PostAsync($"{surface}/poll")).EnsureOk();

        var status = (await Api.GetAsync($"{surface}/status")).EnsureOk();
        Assert.That(status["lastError"].GetString(), Is.Null);
        Assert.That(status["config"].GetProperty("secure").GetBoolean(), Is.EqualTo(!(verify && isStartTls)), "Unknown counts as implicit TLS.");
    }

    [Test]
    public async Task Mail_is_sent_through_an_unusual_port_with_implicit_TLS([Values] bool verify)
    {
        var inbox = await NewInboxAsync();
        var surface = $"/v1/messaging/imap/{inbox}";
        (await Api.PostAsync($"{surface}/start", Account(("verify", verify)))).EnsureOk();
        var subject = $"implicit {verify}";
        await SendAsync(inbox, subject);

        await Eventually.IsAsync(async () => (await TheirSubjectsAsync()).Contains(subject), $"the message\n{Program.ErrorOutput}");
        Assert.That((await Api.GetAsync($"{surface}/status"))["lastSendError"].GetString(), Is.Null);
    }

    [Test]
    public async Task An_unreachable_SMTP_server_is_in_the_status()
    {
        var inbox = await NewInboxAsync();
        var surface = $"/v1/messaging/imap/{inbox}";
        (await Api.PostAsync($"{surface}/start", Account(("verify", false), ("smtpPort", LoopbackPorts.Next())))).EnsureOk();
        await SendAsync(inbox, "lost");

        await Eventually.IsAsync(() => SaysAsync(surface, "lastSendError", "No connection"), "the error in the status");
    }

    [Test]
    public async Task With_access_tokens_mail_comes_and_goes_until_they_expire()
    {
        using var theirApi = new ApiClient(_theirs, _theirs.Key);
        var key = (await theirApi.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read", "messages:write" }, inboxes = new[] { Theirs } })).EnsureOk();
        var token = key["secret"].GetString();
        var inbox = await NewInboxAsync();
        var surface = $"/v1/messaging/imap/{inbox}";
        var account = Account(("imapPassword", null), ("smtpPassword", null), ("imapAccessToken", token), ("smtpAccessToken", token));
        var verified = (await Api.PostAsync($"{surface}/verify", account)).EnsureOk();
        (await Api.PostAsync($"{surface}/start", account)).EnsureOk();
        await SendAsync(inbox, "by token");
        // It goes from the account to itself, and so comes back.
        await Eventually.IsAsync(async () => (await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages?folder=INBOX")).Text.Contains("by token", StringComparison.Ordinal), "the message");
        (await theirApi.DeleteAsync($"/api/v1/keys/{key["key"].GetProperty("id").GetString()}")).EnsureOk();
        await SendAsync(inbox, "too late");

        Assert.That(verified.Text, Is.EqualTo("""{"imap":{"success":true,"error":""},"smtp":{"success":true,"error":""}}"""));
        await Eventually.IsAsync(async () => await SaysAsync(surface, "lastError", "access token") && await SaysAsync(surface, "lastSendError", "access token"), "the errors in the status");
        var failed = (await Api.PostAsync($"{surface}/verify", account)).EnsureOk();
        var status = (await Api.GetAsync($"{surface}/status")).EnsureOk();
        foreach (var side in new[] { "imap", "smtp" })
        {
            Assert.That(failed[side].GetProperty("error").GetString(), Does.Contain("rejected the access token").And.Contain("expired"));
        }
        Assert.That(status.Text + failed.Text, Does.Not.Contain(token));
        Assert.That(status["consecutiveErrors"].GetInt32(), Is.Positive);
    }

    [Test]
    public async Task Mail_of_an_odd_server_comes_once([Values] bool hasIdle)
    {
        await using var odd = new OddImapServer
        {
            SelectData = "",
            CapabilitiesAfterLogin = hasIdle ? "IMAP4rev1 IDLE" : "IMAP4rev1",
            Describe = (uid, _) => $"(UID {uid})",
            Body = (uid, text) => $"(FLAGS () BODY[] ~{{{text.Length}}}\r\n{text} UID {uid})",
        };
        var inbox = await NewInboxAsync();
        var surface = $"/v1/messaging/imap/{inbox}";
        (await Api.PostAsync($"{surface}/start", Account(("imapPort", odd.Port)))).EnsureOk();
        odd.With(Text);
        await PollAsync(surface);
        odd.With(Text.Replace("odd", "even", StringComparison.Ordinal));
        await PollAsync(surface);
        await PollAsync(surface);

        var status = (await Api.GetAsync($"{surface}/status")).EnsureOk();
        Assert.That((status["messagesProcessed"].GetInt64(), status["lastUid"].GetInt64()), Is.EqualTo((2, 20)), status.Text);
        Assert.That(Subjects(await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages?folder=INBOX")), Is.EquivalentTo((string[])["odd", "even"]));
    }

    async Task PollAsync(string surface) =>
        Assert.That((await Api.PostAsync($"{surface}/poll")).EnsureOk()["success"].GetBoolean(), (await Api.GetAsync($"{surface}/status")).Text);

    async Task<bool> SaysAsync(string surface, string field, string text) =>
        (await Api.GetAsync($"{surface}/status"))[field].GetString()?.Contains(text, StringComparison.Ordinal) is true;

    async Task SendAsync(string inbox, string subject) => (await Api.PostAsync(
        $"/api/v1/inboxes/{inbox}/messages", new { to = new[] { Theirs }, subject, text_body = "Hello" })).EnsureOk();

    async Task<string> TheirSubjectsAsync()
    {
        using var theirApi = new ApiClient(_theirs, _theirs.Key);
        return (await theirApi.GetAsync($"/api/v1/inboxes/{Theirs}/messages?folder=INBOX")).EnsureOk().Text;
    }

    async Task<string> NewSurfaceAsync() => $"/v1/messaging/imap/{await NewInboxAsync()}";

    JsonObject Account(params (string Name, object? Value)[] changes)
    {
        var account = new JsonObject
        {
            ["fromAddress"] = Theirs,
            ["imapHost"] = "127.0.0.1",
            ["imapPort"] = _theirs.ImapPort,
            ["imapUsername"] = Theirs,
            ["imapPassword"] = _theirs.Key,
            ["smtpHost"] = "127.0.0.1",
            ["smtpPort"] = _theirs.SmtpPort,
            ["smtpUsername"] = Theirs,
            ["smtpPassword"] = _theirs.Key,
        };
        foreach (var (name, value) in changes)
        {
            account[name] = JsonSerializer.SerializeToNode(value);
        }
        return account;
    }
}
