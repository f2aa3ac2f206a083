using System.Text;
using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The program's commands, as a person or a script types them.</summary>
sealed class CommandLineTests : RunningProgram
{
    [Test]
    public async Task Inboxes_are_created_listed_and_deleted()
    {
        Assert.That((await SucceedAsync("inbox", "create", "Carol@Agentpost.Test", "--name", "Carol's")).Trim(), Is.EqualTo("carol@agentpost.test"));
        var created = (await ListAsync("inbox")).Single(inbox => inbox.GetProperty("address").GetString() == "carol@agentpost.test");
        Assert.That(created.GetProperty("name").GetString(), Is.EqualTo("Carol's"));
        Assert.That(created.GetProperty("id").GetString(), Does.StartWith("inb_"));

        Assert.That(
            await SucceedAsync("inbox", "delete", "carol@agentpost.test", "--yes"),
            Is.EqualTo("Deleted carol@agentpost.test with 0 messages (0 bytes).\n"));

        Assert.That((await ListAsync("inbox")).Select(inbox => inbox.GetProperty("address").GetString()), Has.None.EqualTo("carol@agentpost.test"));
    }

    [Test]
    public async Task An_inbox_is_deleted_only_after_yes()
    {
        await SucceedAsync("inbox", "create", "asked@agentpost.test");
        await SendAsync("asked@agentpost.test", "asked@agentpost.test");

        var unasked = await Program.RunCommandAsync("inbox", "delete", "asked@agentpost.test");
        Assert.That(unasked.ExitCode, Is.EqualTo(1));
        Assert.That(unasked.Error, Does.StartWith("Nothing was deleted.").And.Contain("2 messages").And.Contain("--yes"));

        var (no, question) = await Program.RunOnTerminalAsync("n", "inbox", "delete", "asked@agentpost.test");
        Assert.That(no, Is.EqualTo(1));
        Assert.That(question[0], Does.StartWith("Delete asked@agentpost.test with 2 messages ("));
        Assert.That(await ExistsAsync("asked@agentpost.test"), Is.True);

        var (yes, screen) = await Program.RunOnTerminalAsync("y", "inbox", "delete", "asked@agentpost.test");
        Assert.That(yes, Is.Zero);
        Assert.That(screen[^1], Does.StartWith("Deleted asked@agentpost.test with 2 messages ("));
        Assert.That(await ExistsAsync("asked@agentpost.test"), Is.False);
    }

    [Test]
    public async Task An_inbox_with_queued_mail_is_deleted_only_by_force()
    {
        await SucceedAsync("inbox", "create", "waiting@agentpost.test");
        await SendAsync("waiting@agentpost.test", "zoe@elsewhere.test");

        var refused = await Program.RunCommandAsync("inbox", "delete", "waiting@agentpost.test", "--yes");
        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("1 queued recipient").And.Contain("--force"));
        Assert.That(await ExistsAsync("waiting@agentpost.test"), Is.True);

        Assert.That(
            await SucceedAsync("inbox", "delete", "waiting@agentpost.test", "--yes", "--force"),
            Does.Match(@"^Deleted waiting@agentpost\.test with 1 message \(.*\) and 1 queued recipient\.\n$"));
        Assert.That(await ExistsAsync("waiting@agentpost.test"), Is.False);
    }

    [Test]
    public async Task A_key_is_printed_once_opens_its_inbox_and_can_be_revoked()
    {
        var secret = (await SucceedAsync("key", "create", "--scopes", "messages:read,messages:write", "--inbox", ProgramUnderTest.Inbox, "--expires", "90d", "--name", "k")).Trim();
        var listed = (await ListAsync("key")).Single(key => key.GetProperty("name").GetString() == "k");
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(ProgramUnderTest.Inbox, secret);

        Assert.That(listed.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()), Is.EqualTo((string[])["messages:read", "messages:write"]));
        Assert.That(listed.GetProperty("inboxes")[0].GetString(), Is.EqualTo(ProgramUnderTest.Inbox));
        Assert.That(listed.GetProperty("expires_at").GetDateTimeOffset() - listed.GetProperty("created_at").GetDateTimeOffset(),
            Is.EqualTo(TimeSpan.FromDays(90)).Within(TimeSpan.FromMinutes(1)));
        Assert.That(listed.ToString(), Does.Not.Contain(secret));

        Assert.That(
            await SucceedAsync("key", "revoke", listed.GetProperty("id").GetString()!),
            Is.EqualTo($"Revoked {listed.GetProperty("id").GetString()}.\n"));
        Assert.That((await ListAsync("key")).Single(key => key.GetProperty("name").GetString() == "k").GetProperty("revoked_at").ValueKind, Is.Not.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Rules_and_pauses_are_told_to_senders_by_name()
    {
        await SucceedAsync("inbox", "create", "ruled@agentpost.test");
        var rule = (await SucceedAsync("rule", "add", "block", "*.Example.com", "--inbox", "ruled@agentpost.test")).Trim();
        var listed = (await ListAsync("rule")).Single();
        Assert.That(
            (
                listed.GetProperty("id").GetString(), listed.GetProperty("level").GetString(),
                listed.GetProperty("pattern").GetString(), listed.GetProperty("inbox").GetString()),
            Is.EqualTo((rule, "operator", "*.example.com", "ruled@agentpost.test")));
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync("ruled@agentpost.test", Program.Key);
        await smtp.CommandAsync("MAIL FROM:<ruled@agentpost.test>");
        Assert.That(await smtp.CommandAsync("RCPT TO:<a@mail.example.com>"), Does.StartWith("550 5.7.1").And.Contain(rule));
        await SucceedAsync("rule", "remove", rule);
        Assert.That(await smtp.CommandAsync("RCPT TO:<a@mail.example.com>"), Does.StartWith("250 "));
        Assert.That(
            await SucceedAsync("inbox", "block", "ruled@agentpost.test", "--reason", "under review"),
            Does.Contain("ruled@agentpost.test is paused").And.Contain("inbox unblock"));
        Assert.That(
            await smtp.CommandAsync("RCPT TO:<b@mail.example.com>"), Is.EqualTo(
                "550 5.7.1 sending is paused by the operator: under review"));
        Assert.That(
            await SucceedAsync("inbox", "list"), Does.Match(
                "ruled@agentpost.test .* blocked by operator: under review"));
        var blocked = (await ListAsync("inbox")).Single(
            inbox => inbox.GetProperty("address").GetString() == "ruled@agentpost.test");
        Assert.That(
            (blocked.GetProperty("blocked_by").GetString(), blocked.GetProperty("block_reason").GetString()),
            Is.EqualTo(("operator", "under review")));
        await SucceedAsync("inbox", "block", "ruled@agentpost.test", "--level", "inbox", "--reason", "own wish");
        Assert.That(
            await SucceedAsync("inbox", "unblock", "ruled@agentpost.test"),
            Does.Contain("stays blocked by the inbox (own wish)").And.Contain("--level inbox"));
        Assert.That(
            await SucceedAsync("inbox", "unblock", "ruled@agentpost.test", "--level", "inbox"),
            Does.Contain("can send again"));
        await SucceedAsync("organization", "block");
        Assert.That(
            await smtp.CommandAsync("RCPT TO:<b@mail.example.com>"), Does.StartWith(
                "550 5.7.1 sending is paused by the operator: "));
        Assert.That(
            await SucceedAsync("inbox", "unblock", "ruled@agentpost.test"), Does.Contain("organization unblock"));
        await SucceedAsync("organization", "unblock");
        Assert.That(await smtp.CommandAsync("RCPT TO:<b@mail.example.com>"), Does.StartWith("250 "));
    }

    [TestCase(2, "--help", new string[0])]
    [TestCase(2, "--help", new[] { "sevre" })]
    [TestCase(2, "--scopes", new[] { "key", "create" })]
    [TestCase(2, "90d", new[] { "key", "create", "--scopes", "messages:read", "--expires", "soon" })]
    [TestCase(1, "messages:read", new[] { "key", "create", "--scopes", "messages:reed" })]
    [TestCase(1, "key list", new[] { "key", "revoke", "key_1" })]
    [TestCase(1, "rule list", new[] { "rule", "remove", "rul_1" })]
    [TestCase(1, "not a pattern", new[] { "rule", "add", "block", "no pattern" })]
    [TestCase(2, "alow", new[] { "rule", "add", "alow", "*" })]
    [TestCase(2, "operator, organization or inbox", new[] { "rule", "add", "allow", "*", "--level", "boss" })]
    [TestCase(1, "--inbox", new[] { "rule", "add", "allow", "*", "--level", "inbox" })]
    [TestCase(1, "domain add", new[] { "inbox", "create", "billing@bank.example" })]
    [TestCase(1, "nobody@agentpost.test", new[] { "inbox", "block", "nobody@agentpost.test" })]
    [TestCase(1, "exists", new[] { "inbox", "create", ProgramUnderTest.Inbox })]
    [TestCase(1, "nobody@agentpost.test", new[] { "inbox", "delete", "nobody@agentpost.test" })]
    [TestCase(1, "--set Name=Value", new[] { "inbox", "list", "--set", "Imap:Port" })]
    public async Task A_failure_says_on_standard_error_what_to_do(int exitCode, string expected, string[] words)
    {
        var result = await Program.RunCommandAsync(words);

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Error);
        Assert.That(result.Error, Does.Contain(expected).And.Not.Contain("   at "));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public async Task Health_asks_the_running_program()
    {
        Assert.That((await Program.RunCommandAsync("health")).ExitCode, Is.Zero);
        Assert.That((await Program.RunCommandAsync("health", "--set", $"Http:Port={LoopbackPorts.Next()}")).ExitCode, Is.EqualTo(1));
    }

    [TestCase("Imap:Port", 0)]
    [TestCase("Smtp:Port", 0)]
    [TestCase("Lmtp:Port", 0)]
    [TestCase("Imap:Port", 1)]
    public async Task Health_without_HTTP_asks_a_mail_port(string port, int expected)
    {
        var running = new Dictionary<string, int>
        {
            ["Imap:Port"] = Program.ImapPort,
            ["Smtp:Port"] = Program.SmtpPort,
            ["Lmtp:Port"] = Program.LmtpPort,
        };
        var ports = running.Keys.Append("Mx:Port").Append("Http:Port").Select(name =>
            (Name: name, Port: name != port ? 0 : expected == 0 ? running[name] : LoopbackPorts.Next()));

        var result = await Program.RunCommandAsync(
            ["health", .. ports.SelectMany(setting => new[] { "--set", $"{setting.Name}={setting.Port}" })]);

        Assert.That(result.ExitCode, Is.EqualTo(expected), result.Error);
        Assert.That(result.Error, expected == 0 ? Is.Empty : Does.StartWith("No greeting from IMAP"));
    }

    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    public async Task Health_takes_HEAD(string path)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri($"http://127.0.0.1:{Program.HttpPort}{path}"));
        using var response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    async Task SendAsync(string sender, string recipient)
    {
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(sender, Program.Key);
        var message = Encoding.ASCII.GetBytes($"From: {sender}\r\nSubject: x\r\n\r\nx\r\n");
        Assert.That(await smtp.SubmitAsync(sender, [recipient], message), Does.StartWith("250 "));
    }

    async Task<bool> ExistsAsync(string address) =>
        (await ListAsync("inbox")).Any(inbox => inbox.GetProperty("address").GetString() == address);

    async Task<string> SucceedAsync(params string[] words)
    {
        var result = await Program.RunCommandAsync(words);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output;
    }

    async Task<IReadOnlyList<JsonElement>> ListAsync(string what) => [.. JsonElement.Parse(await SucceedAsync(what, "list", "--json")).EnumerateArray()];
}
