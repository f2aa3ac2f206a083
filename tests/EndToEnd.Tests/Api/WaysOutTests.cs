using System.Globalization;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>
/// Every way out checks the whole message alike: DATA, BDAT, a scheduled message, HTTP send, reply, forward, and a draft that a mail client saved. No recipient gets a CR or LF
/// alone, a NUL, a field that the sender did not write as one, or a foreign author.
/// </summary>
[CancelAfter(120_000)]
sealed class WaysOutTests : RunningApi
{
    static readonly string[] ForeignAuthors =
    [
        "From: \"Joe <joe@foreign.test>", "From: {0}, \"x <joe@foreign.test>", "From: (x <joe@foreign.test>", "From: =?utf-8?Q?joe=40foreign.test?=", "From: {0}\r\nFrom: joe@foreign.test",
        "From: {0}\r\nSender: joe@foreign.test", "From: {0}\r\nResent-From: joe@foreign.test", "From: {0}\r\nResent-Sender: \"joe@foreign.test", "From: {0} <joe@foreign.test>", "From:",
        "From: undisclosed:;", "From: {0}\r\nFrom\v: joe@foreign.test", "From: =?utf-8?Q?joe=40foreign.test?= <{0}>",
    ];

    // Where a lone CR may hide: a field's value, a folded line, a field's name, the body, the end.
    static readonly string[] LoneCarriageReturns =
    [
        "Subject: a\rX-Injected: 1\r\n\r\nbody\r\n", "Subject: a\r\n b\rX-Injected: 1\r\n\r\nbody\r\n", "X\r-Injected: 1\r\n\r\nbody\r\n", "Subject: a\r\r\n\r\nbody\r\n", "Subject: a\r\n\r\nbody\rX-Injected: 1\r\n", "Subject: a\r\n\r\nbody\r",
    ];

    protected override (string Name, string Value)[] Settings => [("AGENTPOST_LIMITS__MESSAGESPERMINUTE", "unlimited")];

    string? _to;

    string To => _to ?? throw new InvalidOperationException("Not set up.");

    [OneTimeSetUp]
    public async Task MakeRecipient() => _to = await NewInboxAsync();

    [TestCaseSource(nameof(ForeignAuthors))]
    public async Task A_foreign_author_goes_out_over_no_way(string fields)
    {
        var message = Encoding.UTF8.GetBytes($"{string.Format(CultureInfo.InvariantCulture, fields, ProgramUnderTest.Inbox)}\r\nTo: {To}\r\nSubject: pretended\r\n\r\nPay.\r\n");
        Assert.That(await DataAsync(message, ""), Does.StartWith("553 5.7.1 "));
        Assert.That(await DataAsync(message, " HOLDFOR=60"), Does.StartWith("553 5.7.1 "));
        Assert.That(await ChunkAsync(message), Does.StartWith("553 5.7.1 "));
        (await SendDraftAsync(message)).EnsureError(422, "author_rejected");
        await AssertNothingCameAsync();
    }

    [TestCase("Sender")]
    [TestCase("Resent-From")]
    [TestCase("Resent-Sender")]
    public async Task A_foreign_author_in_the_headers_of_a_request_is_rejected(string name)
    {
        var answer = await SendAsync(new() { [name] = "joe@foreign.test" });
        Assert.That(answer.Status, Is.AnyOf(400, 422), answer.Text);
        await AssertNothingCameAsync();
    }

    [TestCaseSource(nameof(LoneCarriageReturns))]
    public async Task A_lone_CR_goes_out_over_no_way(string rest)
    {
        var message = Encoding.UTF8.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nTo: {To}\r\n{rest}");
        Assert.That(await DataAsync(rest.EndsWith("\r\n", StringComparison.Ordinal) ? message : [.. message, .. "\r\n"u8], ""), Does.StartWith("550 5.6.11 ").Or.StartWith("250 "));
        Assert.That(await ChunkAsync(message), Does.StartWith("550 5.6.11 "));
        (await SendDraftAsync(message)).EnsureError(422, "message_rejected");
        await AssertCleanAsync();
    }

    [Test]
    public async Task A_lone_LF_reaches_no_recipient_as_one()
    {
        var message = Encoding.UTF8.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nTo: {To}\r\nSubject: a\nX-Line: 1\r\n\r\nbody\nbody\r\n");
        Assert.That(await DataAsync(message, ""), Does.StartWith("250 "));
        Assert.That(await ChunkAsync(message), Does.StartWith("250 "));
        // The store has given the draft the line ends of mail: two fields, as every reader of the draft sees them.
        (await SendDraftAsync(message)).EnsureOk();
        await AssertCleanAsync();
    }

    [Test]
    public async Task A_NUL_goes_out_over_no_way()
    {
        var message = Encoding.UTF8.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nTo: {To}\r\nSubject: a\0b\r\n\r\nbody\0\r\n");
        Assert.That(await DataAsync(message, ""), Does.StartWith("554 5.6.0 "));
        Assert.That(await ChunkAsync(message), Does.StartWith("554 5.6.0 "));
        await AssertNothingCameAsync();
    }

    [Test]
    public async Task A_header_too_long_to_be_checked_goes_out_over_no_way()
    {
        var filling = string.Concat(Enumerable.Repeat($"X-Filling: {new string('x', 900)}\r\n", 1200));
        var message = Encoding.UTF8.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nTo: {To}\r\n{filling}From: joe@foreign.test\r\n\r\nPay.\r\n");
        Assert.That(await DataAsync(message, ""), Does.StartWith("554 5.6.0 "));
        Assert.That(await ChunkAsync(message), Does.StartWith("554 5.6.0 "));
        (await SendDraftAsync(message)).EnsureError(422, "message_rejected");
        await AssertNothingCameAsync();
    }

    [Test]
    public async Task A_long_line_goes_out_over_every_way_alike()
    {
        var line = new string('x', 20_000);
        var message = Encoding.UTF8.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nTo: {To}\r\nSubject: long\r\nX-Long: {line}\r\n\r\n{line}\r\n");
        Assert.That(await DataAsync(message, ""), Does.StartWith("250 "));
        Assert.That(await ChunkAsync([.. message, .. "2\r\n"u8]), Does.StartWith("250 "));
        (await SendDraftAsync([.. message, .. "3\r\n"u8])).EnsureOk();
        Assert.That((await AssertCleanAsync()).Count(text => text.Contains($"X-Long: {line}\r\n", StringComparison.Ordinal) && text.Contains($"\r\n\r\n{line}\r\n", StringComparison.Ordinal)), Is.EqualTo(3));
    }

    [TestCase("a\rX-Injected: 1")]
    [TestCase("a\nX-Injected: 1")]
    [TestCase("a\r\nX-Injected: 1")]
    [TestCase("a\0b")]
    [TestCase("a\u2028b\u0085c")]
    public async Task Text_of_a_request_ends_no_line_and_no_field(string text)
    {
        foreach (var body in new object[]
        {
            new { to = new[] { To }, subject = text, text_body = "x" },
            new { to = new object[] { new { email = To, name = text } }, subject = "s", text_body = "x" },
            new { to = new[] { To }, subject = "s", text_body = text, html_body = text },
            new { to = new[] { To }, subject = "s", text_body = "x", headers = new Dictionary<string, string> { ["X-Note"] = text } },
            new { to = new[] { To }, subject = "s", text_body = "x", attachments = new[] { new { filename = text, mime_type = "text/plain", content = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) } } },
        })
        {
            var answer = await Api.PostAsync($"{Inbox}/messages", body);
            Assert.That(answer.Status, Is.AnyOf(201, 400, 422), answer.Text);
        }
        await AssertCleanAsync();
    }

    [TestCase("Subject: a\rX-Injected: 1\r\nReferences: <a@b>\rX-Injected: 2\r\n\r\nbody\rX-Injected: 3\r\n")]
    [TestCase("Subject: =?utf-8?Q?a=0DX-Injected:_1?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; name=\"a\rb\"\r\nContent-Disposition: attachment; filename=\"a\rX-Injected: 2\"\r\n\r\nx\r\ry\r\n--b--\r\n")]
    public async Task A_reply_or_forward_passes_on_no_lone_CR(string rest)
    {
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        var id = $"<{Guid.NewGuid():N}@x>";
        (await imap.AppendAsync("INBOX", "", Encoding.UTF8.GetBytes($"From: {To}\r\nTo: {ProgramUnderTest.Inbox}\r\nMessage-ID: {id}\r\n{rest}"))).EnsureOk();
        var original = (await Api.GetAsync($"{Inbox}/messages?folder=INBOX&limit=1")).EnsureOk()["data"][0].GetProperty("id");
        foreach (var answer in new[]
        {
            await Api.PostAsync($"{Inbox}/messages/{original}/reply", new { text_body = "x" }),
            await Api.PostAsync($"{Inbox}/messages/{original}/forward", new { to = new[] { To }, text_body = "x" }),
        })
        {
            Assert.That(answer.Status, Is.AnyOf(201, 400, 422), answer.Text);
        }
        await AssertCleanAsync();
    }

    async Task<string> DataAsync(byte[] message, string parameters)
    {
        await using var smtp = await BeginAsync(parameters);
        Assert.That(await smtp.CommandAsync("DATA"), Does.StartWith("354 "));
        await smtp.SendAsync(message);
        return await smtp.CommandAsync(".");
    }

    async Task<string> ChunkAsync(byte[] message)
    {
        await using var smtp = await BeginAsync("");
        await smtp.SendAsync(Encoding.ASCII.GetBytes($"BDAT {message.Length} LAST\r\n"));
        await smtp.SendAsync(message);
        return await smtp.ReplyAsync();
    }

    async Task<SmtpDialogue> BeginAsync(string parameters)
    {
        var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        Assert.That(await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>{parameters}"), Does.StartWith("250 "));
        Assert.That(await smtp.CommandAsync($"RCPT TO:<{To}>"), Does.StartWith("250 "));
        return smtp;
    }

    async Task<ApiAnswer> SendDraftAsync(byte[] message)
    {
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        (await imap.AppendAsync("Drafts", @"(\Draft) ", message)).EnsureOk();
        var draft = Only(await Api.GetAsync($"{Inbox}/drafts")).GetProperty("id");
        var answer = await Api.PostAsync($"{Inbox}/drafts/{draft}/send");
        var left = (await Api.GetAsync($"{Inbox}/drafts")).EnsureOk()["data"].GetArrayLength();
        Assert.That(left, Is.EqualTo(answer.Status == 201 ? 0 : 1), "a draft that is not sent is kept");
        if (left > 0)
        {
            (await Api.DeleteAsync($"{Inbox}/drafts/{draft}")).EnsureOk();
        }
        return answer;
    }

    Task<ApiAnswer> SendAsync(Dictionary<string, string> headers) => Api.PostAsync($"{Inbox}/messages", new { to = new[] { To }, subject = "s", text_body = "x", headers });

    async Task AssertNothingCameAsync() => Assert.That(await AssertCleanAsync(), Is.Empty);

    // What has come, which is then deleted.
    async Task<IReadOnlyList<string>> AssertCleanAsync()
    {
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(To, Program.Key);
        var received = (await imap.CommandAsync("SELECT INBOX")).EnsureOk().Untagged.Any(line => line == "* 0 EXISTS")
            ? []
            : (await imap.CommandAsync("FETCH 1:* (BODY.PEEK[])")).EnsureOk().Literals.Select(Encoding.Latin1.GetString).ToList();
        Assert.Multiple(() =>
        {
            foreach (var text in received)
            {
                var lines = text.Replace("\r\n", "", StringComparison.Ordinal);
                Assert.That(lines.Contains('\r') || lines.Contains('\n') || lines.Contains('\0'), Is.False, text);
                Assert.That(text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)], Does.Not.Match(@"(?m)^X-Injected:"), text);
            }
        });
        await imap.CommandAsync(@"STORE 1:* +FLAGS (\Deleted)");
        await imap.CommandAsync("EXPUNGE");
        return received;
    }
}
