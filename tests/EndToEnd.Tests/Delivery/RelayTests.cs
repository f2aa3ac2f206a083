using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Mail leaves by a relay: Debian's Postfix, and another program like this one.</summary>
sealed class RelayTests
{
    [Test]
    public async Task The_relay_gets_the_message_once_without_what_recipients_do_not_get()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test other.test");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await using (var smtp = await sender.Program.LogInToSmtpAsync())
        {
            byte[] message = [.. "Bcc: blind@other.test\r\nX-AgentPost-Idempotency-Key: key\r\n"u8, .. Mail.FromAgent("hello"), .. "after the dot\r\n"u8];
            Assert.That(
                await smtp.SubmitAsync(ProgramUnderTest.Inbox, ["zoe@elsewhere.test", "yan@elsewhere.test", "blind@other.test"], message), Does.StartWith("250 "));
        }
        await sender.SentShowsAsync("$Delivered");
        var received = await relay.MessageAsync("zoe@elsewhere.test", "yan@elsewhere.test", "blind@other.test");
        Assert.Multiple(() =>
        {
            Assert.That(received, Does.Contain("Subject: hello\n").And.Contain("after the dot\n"));
            Assert.That(received, Does.Not.Contain("Bcc").And.Not.Contain("Idempotency"));
            Assert.That(received, Does.Match(@"Received: from client\.test \(\[(127\.0\.0\.1|IPv6:::1)\]\)\s+by sender\.test with ESMTPSA"));
        });
    }

    [Test]
    public async Task A_refused_recipient_is_reported_and_refused_from_then_on()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.AnswerRecipientsAsync("/^gone@/ 550 5.1.1 No such user here");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("lost", "zoe@elsewhere.test", "gone@elsewhere.test");
        await sender.SentShowsAsync("$Failed");
        await relay.MessageAsync("zoe@elsewhere.test");
        var report = await sender.ReportAsync();
        Assert.Multiple(() =>
        {
            Assert.That(report, Does.Contain("Subject: Not delivered: lost").And.Contain("report-type=delivery-status"));
            Assert.That(report, Does.Contain("Final-Recipient: rfc822; gone@elsewhere.test\r\nAction: failed\r\nStatus: 5.1.1"));
            Assert.That(report, Does.Contain("No such user here").And.Contain("Message-ID: <lost@agentpost.test>").And.Not.Contain("zoe@"));
        });
        await using var smtp = await sender.Program.LogInToSmtpAsync();
        await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>");
        Assert.That(await smtp.CommandAsync("RCPT TO:<GONE@elsewhere.test>"), Does.StartWith("550 5.7.1 mail to GONE@elsewhere.test failed for good"));
        Assert.That((await sender.Program.RunCommandAsync("suppression", "list")).Output, Does.Contain("gone@elsewhere.test"));
        Assert.That((await sender.Program.RunCommandAsync("suppression", "remove", "gone@elsewhere.test")).ExitCode, Is.Zero);
        Assert.That(await smtp.CommandAsync("RCPT TO:<gone@elsewhere.test>"), Does.StartWith("250 "));
    }

    [Test]
    public async Task A_greylisted_recipient_is_tried_again()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.AnswerRecipientsAsync("/./ 450 4.2.0 Greylisted, try again");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("patience", "zoe@elsewhere.test");
        await Eventually.IsAsync(async () => (await sender.QueueAsync()).Contains("Greylisted", StringComparison.Ordinal), "the answer in the queue");
        var line = JsonDocument.Parse(await sender.QueueAsync()).RootElement[0];
        var wait = line.GetProperty("next_attempt_at").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        Assert.That(line.GetProperty("attempts").GetInt32(), Is.EqualTo(1));
        Assert.That(wait, Is.LessThanOrEqualTo(TimeSpan.FromMinutes(1)).And.GreaterThan(TimeSpan.FromSeconds(20)));
        Assert.That(await sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));

        await relay.AnswerRecipientsAsync();
        await sender.RetryAsync();
        await sender.SentShowsAsync("$Delivered");
        await relay.MessageAsync("zoe@elsewhere.test");
    }

    [Test]
    public async Task A_relay_that_is_down_gets_all_when_it_is_back()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.StopAsync();
        await using var sender = await Sender.RelayingAsync(relay.Port);
        for (var i = 0; i < 5; i++)
        {
            await sender.SendAsync($"wait{i}", $"zoe{i}@elsewhere.test");
        }
        await Eventually.IsAsync(async () => await sender.SqlAsync<long>("select count(*) from queue where last_status = '4.4.1'") == 5, "five attempts");
        await relay.StartAsync();
        await sender.RetryAsync();
        await sender.SentShowsAsync([.. Enumerable.Repeat("$Delivered", 5)]);
        await relay.MessageAsync([.. Enumerable.Range(0, 5).Select(i => $"zoe{i}@elsewhere.test")]);
    }

    [Test]
    public async Task What_has_grown_too_old_is_given_up_and_what_takes_long_is_told_once()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.AnswerRecipientsAsync("/./ 450 4.2.0 Not now");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("slow", "zoe@elsewhere.test");
        await AgeAsync("5 hours", 2);
        var delay = await sender.ReportAsync();
        Assert.That(delay, Does.Contain("Subject: Delayed: slow").And.Contain("Action: delayed\r\nStatus: 4.2.0").And.Contain("Will-Retry-Until:"));
        Assert.That(await sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));
        await AgeAsync("6 hours", 3);
        await AgeAsync("6 days", null);
        await sender.SentShowsAsync("$Failed");
        await using var imap = await sender.Program.LogInToImapAsync();
        Assert.That((await imap.CommandAsync("SELECT INBOX")).Untagged, Does.Contain("* 2 EXISTS"));
        Assert.That(string.Concat((await imap.CommandAsync("FETCH 2 BODY.PEEK[]")).Untagged), Does.Contain("Status: 5.4.7").And.Contain("Not now"));

        async Task AgeAsync(string age, int? attempts)
        {
            await Eventually.IsAsync(async () => await sender.SqlAsync<long>("select count(*) from queue where attempts > 0 and leased_until is null") == 1, "an attempt");
            await sender.SqlAsync<int>($"with old as (update queue set released_at = now() - interval '{age}' returning 1) select count(*)::int from old");
            await sender.RetryAsync();
            if (attempts is { } number)
            {
                await Eventually.IsAsync(async () => await sender.SqlAsync<int>("select attempts from queue") == number, $"attempt {number}");
            }
        }
    }

    [Test]
    public async Task A_program_like_this_one_is_a_relay_under_TLS_with_a_login()
    {
        await using var relayDatabase = await Databases.CreateAsync();
        await using var relay = await ProgramUnderTest.StartAsync(relayDatabase.ConnectionString);
        await using var sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "relay"),
            ("AGENTPOST_DELIVERY__RELAY__HOST", "localhost"),
            ("AGENTPOST_DELIVERY__RELAY__PORT", $"{relay.SmtpPort}"),
            ("AGENTPOST_DELIVERY__RELAY__TLS", "implicit"),
            ("AGENTPOST_DELIVERY__RELAY__CA", relay.CaPath),
            ("AGENTPOST_DELIVERY__RELAY__USERNAME", ProgramUnderTest.Inbox),
            ("AGENTPOST_DELIVERY__RELAY__PASSWORD", relay.Key),
            ("AGENTPOST_LOG__LEVEL", "Trace"));
        await sender.SendAsync("relayed", "zoe@elsewhere.test");
        await sender.SentShowsAsync("$Delivered");
        Assert.That((await relay.RunCommandAsync("queue", "list")).Output, Does.Contain("zoe@elsewhere.test"));
        Assert.That(sender.Program.ErrorOutput, Does.Not.Contain(relay.Key));
    }

    [Test]
    public async Task A_relay_whose_certificate_nobody_vouches_for_gets_nothing()
    {
        await using var relayDatabase = await Databases.CreateAsync();
        await using var relay = await ProgramUnderTest.StartAsync(relayDatabase.ConnectionString);
        await using var sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "relay"),
            ("AGENTPOST_DELIVERY__RELAY__HOST", "localhost"),
            ("AGENTPOST_DELIVERY__RELAY__PORT", $"{relay.SmtpPort}"),
            ("AGENTPOST_DELIVERY__RELAY__TLS", "implicit"));
        await sender.SendAsync("unsafe", "zoe@elsewhere.test");
        await Eventually.IsAsync(async () => (await sender.QueueAsync()).Contains("TLS did not come about", StringComparison.Ordinal), "the failure in the queue");
    }

    [Test]
    public async Task In_mode_hold_mail_waits()
    {
        await using var sender = await Sender.StartAsync();
        await sender.SendAsync("held", "zoe@elsewhere.test");
        Assert.That(await sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));
        var line = JsonDocument.Parse(await sender.QueueAsync()).RootElement[0];
        Assert.That(line.GetProperty("attempts").GetInt32(), Is.Zero);
        Assert.That((await sender.Program.RunCommandAsync("queue", "drop", line.GetProperty("id").GetString()!)).ExitCode, Is.Zero);
        await sender.SentShowsAsync("$Failed");
    }
}
