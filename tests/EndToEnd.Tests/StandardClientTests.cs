using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The clients that people's programs use, unchanged, against the real program.</summary>
sealed class StandardClientTests : RunningProgram
{
    const string Elsewhere = "somebody@elsewhere.example";

    [Test]
    public async Task Imaplib_reads_an_unseen_message_octet_for_octet()
    {
        var message = Mail.FromAgent("for-imaplib");
        await using var imap = await Program.LogInToImapAsync();
        (await imap.AppendAsync("INBOX", "", message)).EnsureOk();

        var found = Only(await ClientScript.RunAsync("imaplib_read.py", Program, "INBOX", "(UNSEEN SUBJECT for-imaplib)"));

        Assert.That(found.GetProperty("octets").GetBytesFromBase64(), Is.EqualTo(message));
        Assert.That(found.GetProperty("subject").GetString(), Is.EqualTo("for-imaplib"));
        Assert.That(found.GetProperty("from").GetString(), Is.EqualTo(ProgramUnderTest.Inbox));
    }

    [Test]
    public async Task Reading_with_imaplib_marks_as_seen()
    {
        await using var imap = await Program.LogInToImapAsync();
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("seen-once"))).EnsureOk();

        await ClientScript.RunAsync("imaplib_read.py", Program, "INBOX", "(UNSEEN SUBJECT seen-once)");
        var again = await ClientScript.RunAsync("imaplib_read.py", Program, "INBOX", "(UNSEEN SUBJECT seen-once)");

        Assert.That(again.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task What_smtplib_sends_is_in_Sent_and_below_the_trace_headers_in_the_local_INBOX()
    {
        var sent = (await ClientScript.RunAsync("smtplib_send.py", Program, ProgramUnderTest.Inbox, Elsewhere))
            .GetProperty("octets").GetBytesFromBase64();

        var inSent = Only(await ClientScript.RunAsync("imaplib_read.py", Program, "Sent", "(SUBJECT smtplib)")).GetProperty("octets").GetBytesFromBase64();
        var inInbox = Only(await ClientScript.RunAsync("imaplib_read.py", Program, "INBOX", "(SUBJECT smtplib)")).GetProperty("octets").GetBytesFromBase64();

        Assert.That(inSent, Is.EqualTo(sent));
        Assert.That(inInbox.AsSpan().EndsWith(sent), "The message follows unchanged.");
        var trace = System.Text.Encoding.ASCII.GetString(inInbox.AsSpan(..^sent.Length));
        Assert.That(trace, Does.StartWith($"Return-Path: <{ProgramUnderTest.Inbox}>\r\nReceived: ").And.EndWith("\r\n"));
    }

    [Test]
    public async Task Nodemailer_sends_text_HTML_and_an_attachment()
    {
        var sent = await ClientScript.RunAsync("nodemailer_send.cjs", Program, ProgramUnderTest.Inbox);

        Assert.That(sent.GetProperty("response").GetString(), Does.StartWith("250 2.0.0 ").And.Contain("msg_"));
        var parts = Only(await ClientScript.RunAsync("imaplib_read.py", Program, "INBOX", "(SUBJECT nodemailer)")).GetProperty("parts");
        Assert.That(
            parts.EnumerateArray().Select(part => (part.GetProperty("type").GetString(), part.GetProperty("filename").GetString())),
            Is.EqualTo(new (string?, string?)[] { ("text/plain", null), ("text/html", null), ("application/octet-stream", "data.bin") }));
        Assert.That(parts[2].GetProperty("content").GetBytesFromBase64(), Is.EqualTo(Enumerable.Range(0, 256).Select(octet => (byte)octet)));
    }

    [Test]
    public async Task What_smtplib_wants_held_waits_in_Sent()
    {
        var offered = await ClientScript.RunAsync("smtplib_held.py", Program, "3600", Elsewhere);

        Assert.That(offered.GetProperty("dsn").GetString(), Is.Empty);
        Assert.That(offered.GetProperty("futurerelease").GetString(), Does.Match("^31536000 [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"));
        Assert.That((await ClientScript.RunAsync("imaplib_read.py", Program, "Sent", "(KEYWORD $Queued SUBJECT \"Held for an hour\")")).GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Nodemailer_gets_the_report_that_it_asks_for()
    {
        await ClientScript.RunAsync("nodemailer_notified.cjs", Program, ProgramUnderTest.Inbox, "order 17+1");

        var report = Array.Empty<byte>();
        await Delivery.Eventually.IsAsync(
            async () =>
            {
                var found = await ClientScript.RunAsync("imaplib_read.py", Program, "INBOX", "(SUBJECT \"Delivered: Asked for a report\")");
                report = found.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } only ? only.GetProperty("octets").GetBytesFromBase64() : [];
                return report.Length > 0;
            },
            "the report");
        Assert.That(System.Text.Encoding.ASCII.GetString(report), Does.Contain("Original-Envelope-Id: order 17+1\r\n")
            .And.Contain($"Original-Recipient: rfc822;{ProgramUnderTest.Inbox}\r\n").And.Contain("Action: delivered\r\n"));
    }

    [Test]
    public async Task Imaplib_over_DEFLATE_appends_reads_pipelines_and_idles()
    {
        const int Octets = 2_000_000;

        var said = await ClientScript.RunAsync("imaplib_compressed.py", Program, "INBOX", $"{Octets}");

        Assert.That(said.GetProperty("same").GetBoolean(), "The message came back as it went.");
        Assert.That(said.GetProperty("received").GetInt32(), Is.LessThan(Octets / 20), "It came compressed.");
        Assert.That(said.GetProperty("answered").GetInt32(), Is.EqualTo(200));
        Assert.That(said.GetProperty("again")[0].GetString(), Is.EqualTo("NO"));
        Assert.That(said.GetProperty("again")[1].GetString(), Does.StartWith("[COMPRESSIONACTIVE] "));
        Assert.That(said.GetProperty("bye").GetString(), Is.EqualTo("BYE"));
    }

    [Test]
    public async Task Imapflow_turns_on_all_that_is_offered_and_reads([Values("password", "token")] string login)
    {
        var said = await ClientScript.RunAsync("imapflow_read.cjs", Program, $"Entwürfe & {login}", login);

        Assert.That(said.GetProperty("compressed").GetBoolean());
        Assert.That(said.GetProperty("enabled").EnumerateArray().Select(name => name.GetString()), Does.Contain("UTF8=ACCEPT"));
        Assert.That(said.GetProperty("folders").EnumerateArray().Select(name => name.GetString()), Does.Contain($"Entwürfe & {login}"));
        Assert.That(said.GetProperty("seen").EnumerateArray().Select(number => number.GetInt32()), Is.EqualTo((int[])[1]));
        var found = Only(said.GetProperty("found"));
        Assert.That(found.GetProperty("same").GetBoolean());
        Assert.That(found.GetProperty("subject").GetString(), Is.EqualTo("imapflow"));
    }

    static JsonElement Only(JsonElement found)
    {
        Assert.That(found.GetArrayLength(), Is.EqualTo(1), found.ToString());
        return found[0];
    }
}
