using System.Globalization;
using System.Text.RegularExpressions;
using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>A client that does not hear the answer to its message sends it again, maybe to another host; nobody gets it twice.</summary>
sealed partial class LostAnswerTests
{
    const int Rounds = 20;

    static readonly string[] Recipients = [ProgramUnderTest.Inbox, "zoe@elsewhere.test"];

    TestDatabase? _database;
    ProgramUnderTest? _first;
    ProgramUnderTest? _second;

    ProgramUnderTest First => _first!;

    ProgramUnderTest Second => _second!;

    [SetUp]
    public async Task Start()
    {
        _database = await Databases.CreateAsync();
        _first = await ProgramUnderTest.StartAsync(_database.ConnectionString);
        _second = await ProgramUnderTest.StartAsync(_database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", _first.Key));
    }

    [TearDown]
    public async Task Stop()
    {
        foreach (var started in new IAsyncDisposable?[] { _first, _second, _database }.OfType<IAsyncDisposable>())
        {
            await started.DisposeAsync();
        }
    }

    [Test]
    public async Task Sent_again_after_it_was_filed_it_is_answered_with_the_first_id()
    {
        await SendWithoutListeningAsync("lost");
        await using var imap = await First.LogInToImapAsync();
        await Eventually.IsAsync(async () => await CountAsync(imap, "Sent") == 1, "the message in Sent");

        var again = await SendAsync(First, "lost");
        var elsewhere = await SendAsync(Second, "lost");

        Assert.That(again, Is.EqualTo(elsewhere).And.EqualTo(await SentIdAsync(imap)));
        await EnsureOnceAsync(imap, 1);
    }

    [Test]
    public async Task Sent_again_while_the_first_is_at_work_it_is_filed_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var subject = string.Create(CultureInfo.InvariantCulture, $"race-{round}");
            await SendWithoutListeningAsync(subject);
            var answers = await Task.WhenAll(SendAsync(First, subject), SendAsync(Second, subject));
            Assert.That(answers[0], Is.EqualTo(answers[1]));
        }
        await using var imap = await First.LogInToImapAsync();
        await EnsureOnceAsync(imap, Rounds);
    }

    [Test]
    public async Task Sent_again_to_another_host_after_a_kill_it_is_filed_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var subject = string.Create(CultureInfo.InvariantCulture, $"kill-{round}");
            await SendWithoutListeningAsync(subject);
            await First.KillAsync();
            await SendAsync(Second, subject);
            await First.StartAsync();
        }
        await using var imap = await First.LogInToImapAsync();
        await EnsureOnceAsync(imap, 5);
    }

    /// <summary>Sends a message to the first host and is gone before the answer.</summary>
    async Task SendWithoutListeningAsync(string subject)
    {
        await using var line = await First.ConnectSmtpAsync(CancellationToken.None);
        var smtp = await SmtpDialogue.BeginAsync(Task.FromResult(line));
        await smtp.LogInAsync(ProgramUnderTest.Inbox, First.Key);
        foreach (var command in new[] { $"MAIL FROM:<{ProgramUnderTest.Inbox}>", $"RCPT TO:<{Recipients[0]}>", $"RCPT TO:<{Recipients[1]}>", "DATA" })
        {
            await smtp.CommandAsync(command);
        }
        await line.SendAsync((byte[])[.. Mail.FromAgent(subject), .. ".\r\n"u8], CancellationToken.None);
    }

    /// <summary>The id that the answer names.</summary>
    async Task<string> SendAsync(ProgramUnderTest program, string subject)
    {
        await using var smtp = await SmtpDialogue.BeginAsync(program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(ProgramUnderTest.Inbox, First.Key);
        var answer = await smtp.SubmitAsync(ProgramUnderTest.Inbox, Recipients, Mail.FromAgent(subject));
        Assert.That(answer, Does.Match("^250 2.0.0 msg_[a-z0-9]+ accepted$"));
        return answer.Split(' ')[2];
    }

    static async Task<string> SentIdAsync(ImapDialogue imap)
    {
        (await imap.CommandAsync("EXAMINE Sent")).EnsureOk();
        return EmailId().Match((await imap.CommandAsync("FETCH 1 (EMAILID)")).EnsureOk().Untagged[0]).Groups[1].Value;
    }

    async Task EnsureOnceAsync(ImapDialogue imap, int messages)
    {
        Assert.That(await CountAsync(imap, "Sent"), Is.EqualTo(messages));
        Assert.That(await CountAsync(imap, "INBOX"), Is.EqualTo(messages));
        Assert.That((await Second.RunCommandAsync("queue", "list", "--json")).Output.Split("zoe@elsewhere.test"), Has.Length.EqualTo(messages + 1));
    }

    static async Task<int> CountAsync(ImapDialogue imap, string folder) =>
        int.Parse(Messages().Match((await imap.CommandAsync($"STATUS {folder} (MESSAGES)")).EnsureOk().Untagged[0]).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(MESSAGES (\d+)\)")]
    private static partial Regex Messages();

    [GeneratedRegex(@"EMAILID \((\w+)\)")]
    private static partial Regex EmailId();
}
