using System.Text.Json;
using System.Text.Json.Nodes;
using AgentPost.EndToEnd.Tests.Api;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Surfaces;

/// <summary>The calls for outside accounts: what they take, refuse and answer. The outside servers are a real Dovecot and a second program.</summary>
[CancelAfter(120_000)]
sealed class SurfaceCallTests : RunningApi
{
    DovecotServer _dovecot = null!;
    TestDatabase _theirDatabase = null!;
    ProgramUnderTest _theirs = null!;

    static string Surface(string call) => $"/v1/messaging/imap/{ProgramUnderTest.Inbox}/{call}";

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
        _theirs = await ProgramUnderTest.StartAsync(_theirDatabase.ConnectionString);
    }

    [OneTimeTearDown]
    public async Task StopTheirs()
    {
        await _theirs.DisposeAsync();
        await _theirDatabase.DisposeAsync();
        await _dovecot.DisposeAsync();
    }

    [Test]
    public async Task Before_the_start_there_is_nothing()
    {
        var inbox = await NewInboxAsync();
        (await Api.GetAsync($"/v1/messaging/imap/{inbox}/status")).EnsureError(404, "surface_not_found");
        (await Api.PostAsync($"/v1/messaging/imap/{inbox}/stop")).EnsureError(404, "surface_not_found");
        (await Api.PostAsync($"/v1/messaging/imap/{inbox}/poll")).EnsureError(404, "surface_not_found");
    }

    [Test]
    public async Task Verify_logs_in_to_both_and_tells_what_fails_in_the_answer()
    {
        var good = (await Api.PostAsync(Surface("verify"), Account())).EnsureOk();
        var wrong = (await Api.PostAsync(Surface("verify"), Account(("imapPassword", "wrong"), ("smtpPassword", "wrong")))).EnsureOk();
        var nowhere = (await Api.PostAsync(Surface("verify"), Account(("imapPort", LoopbackPorts.Next()), ("mailbox", "INBOX")))).EnsureOk();
        var noMailbox = (await Api.PostAsync(Surface("verify"), Account(("mailbox", "Nowhere")))).EnsureOk();

        Assert.That(good.Text, Is.EqualTo("""{"imap":{"success":true,"error":""},"smtp":{"success":true,"error":""}}"""));
        Assert.That(wrong["imap"].GetProperty("error").GetString(), Does.Contain("rejected the login"));
        Assert.That(wrong["smtp"].GetProperty("success").GetBoolean(), Is.False);
        Assert.That(nowhere["imap"].GetProperty("error").GetString(), Does.Contain("cannot be reached"));
        Assert.That(nowhere["smtp"].GetProperty("success").GetBoolean(), Is.True);
        Assert.That(noMailbox["imap"].GetProperty("success").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Test_send_sends_by_the_outside_server()
    {
        var sent = (await Api.PostAsync(Surface("test-send"), TestMessage(ProgramUnderTest.Inbox))).EnsureOk();
        await using var imap = await _theirs.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        var found = (await imap.CommandAsync($"SEARCH HEADER Message-ID {sent["messageId"].GetString()} FROM \"Ann Example\"")).EnsureOk();
        var refused = await Api.PostAsync(Surface("test-send"), TestMessage("other@example.test"));

        Assert.That(sent["success"].GetBoolean(), Is.True);
        Assert.That(found.Untagged[0], Is.EqualTo("* SEARCH 1"));
        refused.EnsureError(422, "outside_server_failed");
        Assert.That(refused.Text, Does.Contain("553"));
    }

    [TestCase("fromAddress", "no address")]
    [TestCase("fromAddress", null)]
    [TestCase("imapHost", "")]
    [TestCase("imapHost", "no host")]
    [TestCase("imapHost", "a\r\nb")]
    [TestCase("imapPort", 0)]
    [TestCase("imapPort", 65536)]
    [TestCase("imapPort", null)]
    [TestCase("imapUsername", "")]
    [TestCase("imapPassword", "")]
    [TestCase("smtpHost", null)]
    [TestCase("smtpPort", -1)]
    [TestCase("smtpUsername", null)]
    [TestCase("smtpPassword", null)]
    [TestCase("pollIntervalMinutes", 0)]
    [TestCase("pollIntervalMinutes", 61)]
    [TestCase("smtpSecure", "yes")]
    [TestCase("imapAccessToken", "with a password")]
    [TestCase("smtpAccessToken", "with-a-password")]
    [TestCase("verify", "no")]
    [TestCase("unknown", 1)]
    public async Task A_field_that_is_wrong_is_named(string field, object? value)
    {
        var answer = (await Api.PostAsync(Surface("start"), Account((field, value)))).EnsureError(400, "invalid_request");

        Assert.That(answer["error"].GetProperty("message").GetString(), Does.Contain(field));
    }

    [Test]
    public async Task Passwords_are_in_no_answer_and_not_readable_in_the_database()
    {
        var inbox = await NewInboxAsync();
        (await Api.PostAsync($"/v1/messaging/imap/{inbox}/start", Account(("pollIntervalMinutes", 7), ("mailbox", "Work"), ("verify", false)))).EnsureOk();
        var status = (await Api.GetAsync($"/v1/messaging/imap/{inbox}/status")).EnsureOk();
        (await Api.PostAsync($"/v1/messaging/imap/{inbox}/stop")).EnsureOk();
        var rows = await ReadAsync("select encode(imap_password, 'escape') || encode(smtp_password, 'escape') || surfaces::text from surfaces");

        Assert.That(status.Text, Does.Not.Contain(DovecotServer.Password).And.Not.Contain(_theirs.Key));
        Assert.That(status["config"].ToString(), Is.EqualTo(
            $$"""{"host":"127.0.0.1","mailbox":"Work","pollIntervalMinutes":7,"pollingEnabled":true,"port":{{_dovecot.Port}},"provider":"Custom","secure":true,"username":"ann"}"""));
        Assert.That(rows, Is.Not.Empty.And.All.Not.Contain(DovecotServer.Password).And.All.Not.Contain(_theirs.Key));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(Path.Combine(Program.Folder, "data", "secrets.key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public async Task Private_addresses_and_untrusted_certificates_are_refused_unless_they_are_allowed()
    {
        await using var database = await Databases.CreateAsync();
        await using var strict = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using var wary = await ProgramUnderTest.StartAsync(
            database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", strict.Key), ("AGENTPOST_SURFACES__ALLOWPRIVATEADDRESSES", "true"));
        using var strictApi = new ApiClient(strict, strict.Key);
        using var waryApi = new ApiClient(wary, strict.Key);

        var refused = (await strictApi.PostAsync(Surface("verify"), Account(("smtpHost", "localhost")))).EnsureOk();
        var untrusted = (await waryApi.PostAsync(Surface("verify"), Account())).EnsureOk();

        foreach (var side in new[] { "imap", "smtp" })
        {
            Assert.That(refused[side].GetProperty("error").GetString(), Does.Contain("Surfaces:AllowPrivateAddresses"));
            Assert.That(untrusted[side].GetProperty("error").GetString(), Does.Contain("TLS").And.Contain("certificate"));
        }
    }

    async Task<List<string>> ReadAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString);
        await using var reader = await source.CreateCommand(sql).ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }

    object TestMessage(string from) => new
    {
        fromAddress = from,
        fromName = "Ann Example",
        smtpHost = "127.0.0.1",
        smtpPort = _theirs.SmtpPort,
        smtpSecure = true,
        smtpUsername = ProgramUnderTest.Inbox,
        smtpPassword = _theirs.Key,
        to = ProgramUnderTest.Inbox,
    };

    JsonObject Account(params (string Name, object? Value)[] changes)
    {
        var account = new JsonObject
        {
            ["fromAddress"] = "ann@example.test",
            ["imapHost"] = "127.0.0.1",
            ["imapPort"] = _dovecot.Port,
            ["imapUsername"] = "ann",
            ["imapPassword"] = DovecotServer.Password,
            ["smtpHost"] = "127.0.0.1",
            ["smtpPort"] = _theirs.SmtpPort,
            ["smtpSecure"] = true,
            ["smtpUsername"] = ProgramUnderTest.Inbox,
            ["smtpPassword"] = _theirs.Key,
        };
        foreach (var (name, value) in changes)
        {
            account[name] = JsonSerializer.SerializeToNode(value);
        }
        return account;
    }
}
