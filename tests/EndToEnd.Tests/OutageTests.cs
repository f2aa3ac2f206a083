using System.Net;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The database goes away while the program runs, and comes back.</summary>
sealed class OutageTests
{
    [Test]
    public async Task Without_the_database_clients_are_told_to_try_again_and_with_it_back_the_same_connections_go_on()
    {
        await using var database = await Databases.CreateAsync();
        await using var link = new DatabaseLink(database.ConnectionString);
        await using var program = await ProgramUnderTest.StartAsync(link.ConnectionString);
        await using var imap = await program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        await using var smtp = await program.LogInToSmtpAsync();

        link.Cut();
        var select = await imap.CommandAsync("SELECT Sent");
        await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>");
        var recipient = await smtp.CommandAsync($"RCPT TO:<{ProgramUnderTest.Inbox}>");
        await smtp.CommandAsync("RSET");
        await using var newcomer = await ImapDialogue.BeginAsync(program.ConnectImapAsync(CancellationToken.None));
        var login = await newcomer.CommandAsync($"LOGIN {ProgramUnderTest.Inbox} {program.Key}");

        Assert.That(select.Status, Does.StartWith("NO [UNAVAILABLE]"));
        Assert.That(login.Status, Does.StartWith("NO [UNAVAILABLE]"));
        Assert.That(recipient, Does.StartWith("451 4.3.0 "));
        Assert.That(await ReadinessAsync(program), Is.EqualTo(HttpStatusCode.ServiceUnavailable));

        link.Restore();
        await UntilAsync(async () => await ReadinessAsync(program) == HttpStatusCode.OK);
        (await imap.CommandAsync("SELECT Sent")).EnsureOk();
        Assert.That(await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent("up")), Does.StartWith("250 "));
        await newcomer.LogInAsync(ProgramUnderTest.Inbox, program.Key);
    }

    [Test]
    public async Task An_idling_connection_hears_of_mail_after_an_outage()
    {
        await using var database = await Databases.CreateAsync();
        await using var link = new DatabaseLink(database.ConnectionString);
        await using var cutOff = await ProgramUnderTest.StartAsync(link.ConnectionString);
        await using var other = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", cutOff.Key));
        await using var imap = await cutOff.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        await imap.IdleAsync();

        link.Cut();
        await using var smtp = await SmtpDialogue.BeginAsync(other.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(ProgramUnderTest.Inbox, cutOff.Key);
        Assert.That(await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent("missed")), Does.StartWith("250 "));
        link.Restore();

        Assert.That(await imap.ReadUntilAsync("EXISTS"), Is.EqualTo("* 1 EXISTS"));
    }

    [Test]
    public async Task An_outage_is_one_line_in_the_log_and_its_end_another()
    {
        await using var database = await Databases.CreateAsync();
        await using var link = new DatabaseLink(database.ConnectionString);
        await using var program = await ProgramUnderTest.StartAsync(link.ConnectionString);
        await using var imap = await program.LogInToImapAsync();
        var before = program.ErrorOutput.Length;

        link.Cut();
        for (var attempt = 0; attempt < 40; attempt++)
        {
            Assert.That((await imap.CommandAsync("SELECT Sent")).Status, Does.StartWith("NO [UNAVAILABLE]"));
            await ReadinessAsync(program);
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        link.Restore();
        await UntilAsync(async () => await ReadinessAsync(program) == HttpStatusCode.OK && program.ErrorOutput.Contains("available again", StringComparison.Ordinal), () => program.ErrorOutput[before..]);

        var lines = program.ErrorOutput[before..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(2), string.Join('\n', lines));
        Assert.That(lines[0], Does.Contain("The database is unavailable"));
        Assert.That(lines[1], Does.Match("The database is available again after [0-9.]+ s"));
    }

    [Test]
    public async Task A_message_that_was_stored_when_the_connection_broke_is_acknowledged_and_not_stored_again()
    {
        await using var database = await Databases.CreateAsync();
        await using var link = new DatabaseLink(database.ConnectionString);
        await using var program = await ProgramUnderTest.StartAsync(link.ConnectionString);
        await using var other = await ProgramUnderTest.StartAsync(
            database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", program.Key));
        await using var imap = await program.LogInToImapAsync();
        await using var smtp = await program.LogInToSmtpAsync();
        await using var lmtp = await SmtpDialogue.BeginAsync(program.ConnectLmtpAsync(default), "LHLO");
        await using var lmtpElsewhere = await SmtpDialogue.BeginAsync(other.ConnectLmtpAsync(default), "LHLO");
        await using var mx = await SmtpDialogue.BeginAsync(program.ConnectMxAsync(default));
        await using var mxElsewhere = await SmtpDialogue.BeginAsync(other.ConnectMxAsync(default));

        foreach (var (subject, first, again) in new[] { ("by-lmtp", lmtp, lmtpElsewhere), ("by-mx", mx, mxElsewhere) })
        {
            var lost = link.LoseCommitOf(subject, LostCommit.Reply);
            var answer = await DeliverAsync(first, subject);
            Assert.That(lost.IsCompleted, subject);
            Assert.That(answer, Does.StartWith("250 "));
            Assert.That(await DeliverAsync(again, subject), Is.EqualTo(answer));
        }
        var submissionLost = link.LoseCommitOf("by-submission", LostCommit.Reply);
        var submitted = await smtp.SubmitAsync(
            ProgramUnderTest.Inbox, ["zoe@elsewhere.test"], Mail.FromAgent("by-submission"));
        Assert.That(submitted, Does.StartWith("250 "));
        Assert.That(submissionLost.IsCompleted);

        foreach (var (folder, count) in new[] { ("INBOX", 2), ("Sent", 1) })
        {
            var status = await imap.CommandAsync($"STATUS {folder} (MESSAGES)");
            Assert.That(status.Untagged.Single(), Is.EqualTo($"* STATUS {folder} (MESSAGES {count})"));
        }
    }

    static Task<string> DeliverAsync(SmtpDialogue smtp, string subject) =>
        smtp.SubmitAsync("zoe@elsewhere.test", [ProgramUnderTest.Inbox], Mail.From("zoe@elsewhere.test", subject));

    static async Task<HttpStatusCode> ReadinessAsync(ProgramUnderTest program)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{program.HttpPort}/health/ready"));
        return answer.StatusCode;
    }

    static async Task UntilAsync(Func<Task<bool>> condition, Func<string>? explain = null)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), explain?.Invoke() ?? "");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
