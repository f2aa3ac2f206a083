using System.Text;
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

    [TestCase("starttls", "smtpd_tls_security_level = encrypt")]
    [TestCase("implicit", "smtpd_tls_wrappermode = yes")]
    public async Task Postfix_is_a_relay_under_TLS_with_a_login(string tls, string setting)
    {
        await using var relay = await Postfix.StartWithLoginAsync("elsewhere.test", setting);
        await using var sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "relay"),
            ("AGENTPOST_DELIVERY__RELAY__HOST", "localhost"),
            ("AGENTPOST_DELIVERY__RELAY__PORT", $"{relay.Port}"),
            ("AGENTPOST_DELIVERY__RELAY__TLS", tls),
            ("AGENTPOST_DELIVERY__RELAY__CA", relay.CertificatePath),
            ("AGENTPOST_DELIVERY__RELAY__USERNAME", "robot"),
            ("AGENTPOST_DELIVERY__RELAY__PASSWORD", "secret"));
        await sender.SendAsync("relayed", "zoe@elsewhere.test");
        await sender.SentShowsAsync("$Delivered");
        Assert.That(await relay.MessageAsync("zoe@elsewhere.test"), Does.Contain("Subject: relayed\n"));
        Assert.That(relay.Log, Does.Contain("sasl_username=robot"));
    }

    [Test]
    public async Task Mail_waits_while_the_relay_does_not_take_the_password()
    {
        await using var relay = await Postfix.StartWithLoginAsync("elsewhere.test", "smtpd_tls_security_level = encrypt");
        await using var sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "relay"),
            ("AGENTPOST_DELIVERY__RELAY__HOST", "localhost"),
            ("AGENTPOST_DELIVERY__RELAY__PORT", $"{relay.Port}"),
            ("AGENTPOST_DELIVERY__RELAY__CA", relay.CertificatePath),
            ("AGENTPOST_DELIVERY__RELAY__USERNAME", "robot"),
            ("AGENTPOST_DELIVERY__RELAY__PASSWORD", "wrong"));
        await sender.SendAsync("waiting", "zoe@elsewhere.test");
        await Eventually.IsAsync(async () => await sender.SqlAsync<long>("select count(*) from queue where last_status = '4.7.8'") == 1, "the failed login in the queue");
        Assert.That(await sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));
    }

    [Test]
    public async Task OpenDKIM_verifies_what_the_keys_of_the_domain_signed()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await using var dns = await DnsServer.StartAsync([.. Zone.Of(await sender.Program.RunCommandAsync("domain", "add", "agentpost.test", "--json"))]);
        await using (var smtp = await sender.Program.LogInToSmtpAsync())
        {
            byte[] message =
            [
                .. Encoding.UTF8.GetBytes($"From: Agent  <{ProgramUnderTest.Inbox}>\r\nSubject: folded\r\n\t and   spaced  \r\nReferences: <{new string('r', 900)}@a.test>\r\n"),
                .. Encoding.UTF8.GetBytes("Content-Type: text/plain; charset=utf-8\r\n\r\nTwo  blanks, Zo\u00eb, a tab\t \r\n\r\n\r\n"),
            ];
            Assert.That(await smtp.SubmitAsync(ProgramUnderTest.Inbox, ["zoe@elsewhere.test"], message), Does.StartWith("250 "));
        }
        var received = (await relay.MessageAsync("zoe@elsewhere.test")).ReplaceLineEndings("\r\n");
        Assert.That(await OpenDkim.VerifyAsync(received, dns.EndPoint), Does.Contain("verification (s=agentpost, d=agentpost.test, 2048-bit key) succeeded"));
        // OpenDKIM reports the first signature that passes.
        var rsa = received.IndexOf("DKIM-Signature: v=1; a=rsa", StringComparison.Ordinal);
        var ed25519 = received.IndexOf("DKIM-Signature: v=1; a=ed25519", StringComparison.Ordinal);
        Assert.That(
            await OpenDkim.VerifyAsync(received.Remove(rsa, ed25519 - rsa), dns.EndPoint),
            Does.Match(@"verification \(s=agentpost-ed25519, d=agentpost\.test, \d+-bit key\) succeeded"));
        Assert.That(await OpenDkim.VerifyAsync(received.Replace("blanks", "spaces", StringComparison.Ordinal), dns.EndPoint), Does.Contain("failed"));
    }

    [Test]
    public async Task Mail_waits_while_the_keys_of_its_domain_cannot_be_decrypted()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        Assert.That((await sender.Program.RunCommandAsync("domain", "add", "agentpost.test")).ExitCode, Is.Zero);
        // As if it had been encrypted with another key.
        await sender.SqlAsync<int>("with broken as (update domain_keys set sealed_key = sealed_key || '\\x00' returning 1) select count(*)::int from broken");
        await sender.SendAsync("unsigned", "zoe@elsewhere.test");
        await Eventually.IsAsync(async () => await sender.SqlAsync<long>("select count(*) from queue where attempts = 1 and last_status = '4.7.0'") == 1, "an attempt");
        Assert.That((await sender.Program.RunCommandAsync("queue", "list")).Output, Does.Contain("cannot be decrypted"));
        Assert.That(sender.Program.ErrorOutput, Does.Contain("\"SigningKeysUnreadable\""));
    }

    [Test]
    public async Task Nobody_is_told_of_what_failed_on_the_null_path()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.AnswerRecipientsAsync("/^gone@/ 550 5.1.1 No such user here", "/./ 450 4.2.0 Not now");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("automatic", "later@elsewhere.test");
        await Eventually.IsAsync(async () => await sender.SqlAsync<long>("select count(*) from queue where attempts = 1 and leased_until is null") == 1, "an attempt");
        await sender.SqlAsync<int>("with automatic as (update queue set reverse_path = '', recipient = 'gone@elsewhere.test' returning 1) select count(*)::int from automatic");
        await sender.RetryAsync();
        await sender.SentShowsAsync("$Failed");
        await using var imap = await sender.Program.LogInToImapAsync();
        Assert.That((await imap.CommandAsync("SELECT INBOX")).EnsureOk().Untagged, Does.Contain("* 0 EXISTS"));
    }

    [Test]
    public async Task A_message_whose_answer_was_lost_is_sent_again()
    {
        await using var relay = await Postfix.StartAsync("elsewhere.test", null, null, "smtpd_end_of_data_restrictions = sleep 60", "debug_peer_list = 127.0.0.1");
        await using var sender = await Sender.RelayingAsync(relay.Port);
        await sender.SendAsync("uncertain", "zoe@elsewhere.test");
        await Eventually.IsAsync(() => relay.Log.Contains("name=sleep", StringComparison.Ordinal), $"Postfix with the whole message");
        await relay.AbortAsync();
        await Eventually.IsAsync(async () => (await sender.QueueAsync()).Contains("The answer to the message was lost", StringComparison.Ordinal), "the loss in the queue");
        await relay.StartAsync([]);
        await sender.RetryAsync();
        await sender.SentShowsAsync("$Delivered");
        await relay.MessageAsync("zoe@elsewhere.test");
    }

    [Test]
    public async Task Killed_while_it_delivers_the_program_loses_nothing()
    {
        const int Messages = 150;
        const int Connections = 5;
        await using var relay = await Postfix.StartAsync("elsewhere.test");
        await relay.StopAsync();
        await using var sender = await Sender.RelayingAsync(relay.Port, ("AGENTPOST_DELIVERY__CONNECTIONSPERDESTINATION", $"{Connections}"));
        await using (var smtp = await sender.Program.LogInToSmtpAsync())
        {
            for (var i = 0; i < Messages; i++)
            {
                await smtp.SubmitAsync(ProgramUnderTest.Inbox, ["zoe@elsewhere.test"], Mail.FromAgent($"m{i}"));
            }
        }
        await relay.StartAsync();
        await sender.RetryAsync();
        await Eventually.IsAsync(() => relay.Log.Split("removed\n").Length > Messages / 5, "some of the messages");
        await sender.Program.KillAsync();
        var waiting = await sender.SqlAsync<long>("select count(*) from queue");
        await sender.Program.StartAsync();
        // What the killed one held is free when its leases end; here at once.
        await sender.SqlAsync<int>("with free as (update queue set leased_until = now() returning 1) select count(*)::int from free");
        await sender.RetryAsync();
        await sender.SentShowsAsync([.. Enumerable.Repeat("$Delivered", Messages)]);
        await Eventually.IsAsync(() => relay.Messages("zoe@elsewhere.test").Select(SubjectOf).Distinct().Count() == Messages, "all messages");
        Assert.That(waiting, Is.GreaterThan(0), "It was killed too late.");
        Assert.That(relay.Messages("zoe@elsewhere.test"), Has.Count.AtMost(Messages + Connections), "Only what was under way may come twice.");

        static string SubjectOf(string message) => message.Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal));
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
