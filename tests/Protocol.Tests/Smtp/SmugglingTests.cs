using System.Text;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Smtp;

/// <summary>
/// A second message that hides in the first, commands that hide in a chunk, commands that hide in the clear before TLS. Whatever is sent: the session stays in
/// step, and nothing that was hidden is ever carried out.
/// </summary>
[CancelAfter(60_000)]
sealed class SmugglingTests
{
    const string Hidden = "MAIL FROM:<agent@agentpost.test>\r\nRCPT TO:<agent@agentpost.test>\r\nDATA\r\nFrom: agent@agentpost.test\r\nSubject: evil\r\n\r\nevil\r\n.\r\n";

    static readonly string[] LineEnds = ["\r\n", "\n", "\r", "\r\r\n", "\n\r"];

    TestPostgres? _postgres;
    TestDatabase? _database;
    SubmissionServer? _server;
    int _messages;

    SubmissionServer Server => _server!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _postgres = await TestPostgres.StartAsync();
        _database = await _postgres.CreateDatabaseAsync();
        _server = await SubmissionServer.StartAsync(_database);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Server.DisposeAsync();
        await _database!.DisposeAsync();
        await _postgres!.DisposeAsync();
    }

    // Every mixture of line ends around a dot but the one that is the end.
    static IEnumerable<string> Mixtures() =>
        from before in LineEnds
        from after in LineEnds
        where (before, after) is not ("\r\n", "\r\n")
        // "CR CRLF . CRLF" ends the message that it spoils, and so do "LF CRLF . CRLF" and their like: what follows is the client's own command.
        where !(before + "." + after).Contains("\r\n.\r\n", StringComparison.Ordinal)
        select before + "." + after;

    static IEnumerable<string> Oddities() =>
    [
        "\r\n.\0\r\n", "\r\n\0.\r\n", "\0\r\n..\r\n", "\n\n.\n\n", "\r\r.\r\r", "\n..\n", "\r\n.\r\0\n", "\r\n.\r.\r\n", "\r\n.\n.\r\n", "\r.\n", "\n.\r",
    ];

    static IEnumerable<TestCaseData> FalseEnds() => Mixtures().Concat(Oddities()).Where(end => !HasOnlyLineFeeds(end)).Select(Case);

    // An LF alone ends a line in submission, and nothing more.
    static IEnumerable<TestCaseData> LineFeeds() => Mixtures().Concat(Oddities()).Where(HasOnlyLineFeeds).Select(Case);

    static bool HasOnlyLineFeeds(string end) => end.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\0']) < 0;

    static IEnumerable<TestCaseData> Harmless() => new[]
    {
        "\r\n. \r\n", "\r\n.\t\r\n", "\r\n..\r\n", "\r\n.\v\r\n", "\r\n.\f\r\n", "\r\n.\u0085\r\n", "\r\n.\u001a\r\n", "\r\n...\r\n", "\r\n.\u00a0\r\n",
    }.Select(Case);

    [TestCaseSource(nameof(FalseEnds))]
    public async Task A_false_end_of_DATA_spoils_the_message(string end, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(Message() + "x" + end + Hidden), cancellation);
        var answer = await client.ReadLineAsync(cancellation);
        Assert.That(answer, Does.StartWith("550 5.6.11").Or.StartWith("554 5.6.0"));
        await EnsureInStepAsync(client, sent: 0, cancellation);
    }

    [TestCaseSource(nameof(Harmless)), TestCaseSource(nameof(LineFeeds))]
    public async Task What_only_looks_like_an_end_is_text_of_the_one_message(string end, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(Message() + "x" + end + Hidden), cancellation);
        await SubmissionServer.ExpectAsync(client, "250 2.0.0 msg_", cancellation);
        await EnsureInStepAsync(client, sent: 1, cancellation);
    }

    [TestCaseSource(nameof(FalseEnds))]
    public async Task A_chunk_with_a_false_end_is_refused_and_no_command_is_read_from_it(string end, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await BeginAsync(client, cancellation);
        var chunk = Message() + "x" + end + Hidden;
        await client.SendAsync(Encoding.Latin1.GetBytes($"BDAT {chunk.Length} LAST\r\n{chunk}"), cancellation);
        var answer = await client.ReadLineAsync(cancellation);
        Assert.That(answer, Does.StartWith("550 5.6.11").Or.StartWith("554 5.6.0"));
        await EnsureInStepAsync(client, sent: 0, cancellation);
    }

    [TestCaseSource(nameof(LineFeeds))]
    public async Task A_chunk_may_have_lines_that_end_with_LF(string end, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await BeginAsync(client, cancellation);
        var chunk = Message() + "x" + end + Hidden;
        var half = chunk.Length / 2;
        await client.SendAsync(Encoding.Latin1.GetBytes($"BDAT {half}\r\n{chunk[..half]}"), cancellation);
        await SubmissionServer.ExpectAsync(client, "250 2.0.0", cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes($"BDAT {chunk.Length - half} LAST\r\n{chunk[half..]}"), cancellation);
        await SubmissionServer.ExpectAsync(client, "250 2.0.0 msg_", cancellation);
        await EnsureInStepAsync(client, sent: 1, cancellation);
        Assert.That((await Server.ReadFolderAsync(FolderName.Sent)).Select(message => message.Replace("\r\n", "", StringComparison.Ordinal)), Has.None.Contains("\n"));
    }

    [Test]
    public async Task A_file_with_LF_line_ends_is_stored_with_CRLF(CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        var text = Message().Replace("\r\n", "\n", StringComparison.Ordinal) + "Grüße\n..dot\n.\n" + new string('x', 2_000) + "\nend";
        await client.SendAsync(Encoding.UTF8.GetBytes(text + "\r\n.\r\n"), cancellation);
        await SubmissionServer.ExpectAsync(client, "250 2.0.0 msg_", cancellation);
        await EnsureInStepAsync(client, sent: 1, cancellation);
        var stored = (await Server.ReadFolderAsync(FolderName.Sent)).Single(message => message.Contains($"<{_messages}@", StringComparison.Ordinal));
        var body = stored[(stored.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.That(body, Does.EndWith("\r\n.dot\r\n.\r\n" + new string('x', 2_000) + "\r\nend\r\n"));
    }

    [Test]
    public async Task A_chunk_may_hold_what_ends_DATA(CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await BeginAsync(client, cancellation);
        var chunk = Message() + "x\r\n.\r\n" + Hidden;
        await client.SendAsync(Encoding.Latin1.GetBytes($"BDAT {chunk.Length} LAST\r\n{chunk}"), cancellation);
        await SubmissionServer.ExpectAsync(client, "250 2.0.0 msg_", cancellation);
        await EnsureInStepAsync(client, sent: 1, cancellation);
    }

    [Test]
    public async Task Octets_of_a_chunk_that_nobody_asked_for_are_no_commands(CancellationToken cancellation)
    {
        _messages++;
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes($"BDAT {Hidden.Length} LAST\r\n{Hidden}"), cancellation);
        await SubmissionServer.ExpectAsync(client, "503 5.5.1", cancellation);
        await EnsureInStepAsync(client, sent: 0, cancellation);
    }

    [Test]
    public async Task Octets_of_a_chunk_before_the_login_are_no_commands(CancellationToken cancellation)
    {
        await using var client = await Server.ConnectAsync(cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes("BDAT 6\r\nQUIT\r\nNOOP\r\n"), cancellation);
        await SubmissionServer.ExpectAsync(client, "530 5.7.0", cancellation);
        await SubmissionServer.ExpectAsync(client, "250 2.0.0", cancellation);
    }

    [TestCase("BDAT")]
    [TestCase("BDAT -1")]
    [TestCase("BDAT +5")]
    [TestCase("BDAT 0x10")]
    [TestCase("BDAT 1e3")]
    [TestCase("BDAT 5x LAST")]
    [TestCase("BDAT 5 FIRST")]
    [TestCase("BDAT 5 LAST LAST")]
    [TestCase("BDAT 9223372036854775808")]
    [TestCase("BDAT 18446744073709551617 LAST")]
    [TestCase("BDAT 99999999999999999999999999999999")]
    public async Task A_chunk_of_unknown_size_ends_the_connection(string command, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectLoggedInAsync(cancellation);
        await BeginAsync(client, cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes($"{command}\r\n{Hidden}"), cancellation);
        await SubmissionServer.ExpectAsync(client, "501 5.5.4", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [TestCase("STARTTLS\r\nNOOP\r\n")]
    [TestCase("STARTTLS\r\nEHLO evil.test\r\n")]
    [TestCase("STARTTLS\r\nRSET\r\nMAIL FROM:<agent@agentpost.test>\r\n")]
    [TestCase("STARTTLS\r\n\r\n")]
    [TestCase("STARTTLS\r\nNO")]
    [TestCase("STARTTLS\nNOOP\n")]
    [TestCase("starttls \r\nAUTH PLAIN AGFnZW50AGV2aWw=\r\n")]
    [TestCase("NOOP\r\nSTARTTLS\r\nQUIT\r\n")]
    [TestCase("STARTTLS\r\n\0")]
    public async Task What_follows_STARTTLS_in_the_clear_is_never_read(string injected, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectInTheClearAsync(cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(injected), cancellation);
        var answer = await client.ReadLineAsync(cancellation);
        answer = answer!.StartsWith("250 ", StringComparison.Ordinal) ? await client.ReadLineAsync(cancellation) : answer;
        Assert.That(answer, Does.StartWith("554 5.5.1"));
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [TestCase("NOOP\r\n")]
    [TestCase("EHLO evil.test\r\nNOOP\r\n")]
    public async Task What_comes_in_the_clear_when_TLS_begins_ends_the_connection(string injected, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectInTheClearAsync(cancellation);
        await SubmissionServer.AskAsync(client, "STARTTLS", "220 ", cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(injected), cancellation);
        for (var line = await client.ReadLineAsync(cancellation); line is not null; line = await client.ReadLineAsync(cancellation))
        {
            // TLS may end with an alert; an answer in the clear would begin with digits.
            Assert.That(line, Does.Not.Match("^[0-9]{3}"));
        }
    }

    static TestCaseData Case(string end) => new(end) { TestName = "{m}(" + string.Concat(end.Select(Shown)) + ")" };

    static string Shown(char octet) => octet switch
    {
        '\r' => "CR ",
        '\n' => "LF ",
        '.' => "dot ",
        _ => $"x{(int)octet:X2} ",
    };

    string Message() => $"From: agent@agentpost.test\r\nMessage-ID: <{++_messages}@agentpost.test>\r\n\r\n";

    static async Task BeginAsync(LineClient client, CancellationToken cancellation)
    {
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}>", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, $"RCPT TO:<{SubmissionServer.Address}>", "250 2.1.5", cancellation);
    }

    async Task EnsureInStepAsync(LineClient client, int sent, CancellationToken cancellation)
    {
        await SubmissionServer.AskAsync(client, "QUIT", "221 2.0.0", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
        var inSent = await Server.ReadFolderAsync(FolderName.Sent);
        Assert.That(inSent.Count(message => message.Contains($"<{_messages}@", StringComparison.Ordinal)), Is.EqualTo(sent));
        Assert.That(inSent, Has.None.StartWith("From: agent@agentpost.test\r\nSubject: evil"));
    }
}
