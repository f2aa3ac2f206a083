using System.Diagnostics;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>When mail leaves and what its sender is told of it is as it was asked for (RFC 3461, RFC 4865).</summary>
sealed class NotifyTests
{
    [Test]
    public async Task Of_failures_those_are_told_that_were_asked_for()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.AnswerRecipientsAsync("/^gone/ 550 5.1.1 No such user here");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await SubmitAsync(
            sender,
            "asked",
            "RET=FULL ENVID=order+2B17",
            "<gone1@elsewhere.test> NOTIFY=NEVER",
            "<gone2@elsewhere.test> NOTIFY=SUCCESS",
            "<gone3@elsewhere.test> NOTIFY=FAILURE ORCPT=rfc822;team+2Ball@elsewhere.test");
        await sender.SentShowsAsync("$Failed");
        var report = await sender.ReportAsync();
        Assert.Multiple(() =>
        {
            Assert.That(report, Does.Contain("Original-Envelope-Id: order+17\r\n"));
            Assert.That(report, Does.Contain("Original-Recipient: rfc822;team+all@elsewhere.test\r\nFinal-Recipient: rfc822; gone3@elsewhere.test\r\nAction: failed"));
            Assert.That(report, Does.Not.Contain("gone1@").And.Not.Contain("gone2@"));
            Assert.That(report, Does.Contain("Content-Type: message/rfc822").And.Contain("asked\r\n"));
        });
    }

    [Test]
    public async Task A_relay_that_knows_no_DSN_is_told_to_have_the_message()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test", settings: "smtpd_discard_ehlo_keywords = dsn");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await SubmitAsync(sender, "passed", "RET=FULL", "<zoe@elsewhere.test> NOTIFY=SUCCESS", "<yan@elsewhere.test> NOTIFY=FAILURE", "<xia@elsewhere.test>");
        await sender.SentShowsAsync("$Delivered");
        var report = await sender.ReportAsync();
        Assert.That(report, Does.Contain("Final-Recipient: rfc822; zoe@elsewhere.test\r\nAction: relayed"));
        Assert.That(report, Does.Contain("Content-Type: text/rfc822-headers").And.Not.Contain("yan@").And.Not.Contain("xia@"));
    }

    [Test]
    public async Task A_relay_that_knows_DSN_gets_what_was_asked_for()
    {
        await using var relay = await Sender.StartAsync();
        await using var sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "relay"),
            ("AGENTPOST_DELIVERY__RELAY__HOST", "localhost"),
            ("AGENTPOST_DELIVERY__RELAY__PORT", $"{relay.Program.SmtpPort}"),
            ("AGENTPOST_DELIVERY__RELAY__TLS", "implicit"),
            ("AGENTPOST_DELIVERY__RELAY__CA", relay.Program.CaPath),
            ("AGENTPOST_DELIVERY__RELAY__USERNAME", ProgramUnderTest.Inbox),
            ("AGENTPOST_DELIVERY__RELAY__PASSWORD", relay.Program.Key));
        await SubmitAsync(sender, "handed on", "RET=HDRS ENVID=order+2B17", "<zoe@elsewhere.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;team+2Ball@elsewhere.test");
        await sender.SentShowsAsync("$Delivered");
        Assert.That(
            await relay.SqlAsync<string>("select concat_ws(' ', notify, original_recipient, envelope_id, returns_message) from queue"),
            Is.EqualTo("5 rfc822;team+all@elsewhere.test order+17 f"));
        await using var imap = await sender.Program.LogInToImapAsync();
        Assert.That((await imap.CommandAsync("STATUS INBOX (MESSAGES)")).Untagged, Does.Contain("* STATUS INBOX (MESSAGES 0)"), "The relay tells now.");
    }

    [Test]
    public async Task What_was_held_leaves_when_its_time_has_come_and_reports_say_so()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test", settings: "smtpd_discard_ehlo_keywords = dsn");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await SubmitAsync(sender, "later", "HOLDFOR=3600", "<zoe@elsewhere.test> NOTIFY=SUCCESS");
        await sender.RetryAsync();
        Assert.That(await sender.SqlAsync<double>("select extract(epoch from next_attempt_at - now())::float8 from queue"), Is.InRange(3500, 3600));
        Assert.That(await sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));

        await sender.SqlAsync<int>("with due as (update queue set released_at = now(), next_attempt_at = now() returning 1) select count(*)::int from due");
        await sender.RetryAsync();
        await sender.SentShowsAsync("$Delivered");
        Assert.That(await sender.ReportAsync(), Does.Contain("Future-Release-Request: for;3600\r\n"));
    }

    [Test]
    public async Task What_has_waited_for_the_end_of_a_block_leaves_at_once()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await SubmitAsync(sender, "blocked", "HOLDFOR=3600", "<zoe@elsewhere.test>");
        Assert.That((await sender.Program.RunCommandAsync("inbox", "block", ProgramUnderTest.Inbox, "--reason", "under review")).ExitCode, Is.Zero);
        await sender.SqlAsync<int>("with due as (update queue set released_at = now(), next_attempt_at = now() returning 1) select count(*)::int from due");
        await sender.RetryAsync();
        Assert.That(await sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));

        var waiting = Stopwatch.StartNew();
        Assert.That((await sender.Program.RunCommandAsync("inbox", "unblock", ProgramUnderTest.Inbox)).ExitCode, Is.Zero);
        await sender.SentShowsAsync("$Delivered");
        Assert.That(waiting.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "Without a hint the queue is looked at once a minute.");
    }

    static async Task SubmitAsync(Sender sender, string subject, string parameters, params string[] recipients)
    {
        await using var smtp = await sender.Program.LogInToSmtpAsync();
        Assert.That(await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}> {parameters}"), Does.StartWith("250 "));
        foreach (var recipient in recipients)
        {
            Assert.That(await smtp.CommandAsync($"RCPT TO:{recipient}"), Does.StartWith("250 "));
        }
        Assert.That(await smtp.CommandAsync("DATA"), Does.StartWith("354 "));
        Assert.That(await smtp.CommandAsync($"From: {ProgramUnderTest.Inbox}\r\nSubject: {subject}\r\n\r\n{subject}\r\n."), Does.StartWith("250 "));
    }
}
