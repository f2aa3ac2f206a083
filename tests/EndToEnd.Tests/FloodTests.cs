using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentPost.EndToEnd.Tests.Api;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Memory of the program under floods, each against a program of its own: the bounds of docs/operations.md.</summary>
sealed class FloodTests
{
    const int Megabyte = 1 << 20;
    const int FirstMessageBytes = 10 * Megabyte;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    TestDatabase _database = null!;
    ProgramUnderTest _program = null!;
    long _before;

    [SetUp]
    public async Task StartProgram()
    {
        _database = await Databases.CreateAsync();
        _program = await ProgramUnderTest.StartAsync(_database.ConnectionString);
        _before = PeakMemory();
    }

    [TearDown]
    public async Task StopProgram()
    {
        await _program.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task One_APPEND_of_many_messages_needs_no_memory_for_each()
    {
        const int Messages = 800;
        await using var imap = await _program.LogInToImapAsync();
        var message = Message(256 * 1024);
        using var limit = new CancellationTokenSource(Patience);
        await imap.SendAsync("t APPEND INBOX {" + message.Length.ToString(CultureInfo.InvariantCulture) + "}");
        for (var index = 1; index <= Messages; index++)
        {
            await imap.ReadUntilAsync("+");
            await imap.Line.SendAsync(message, limit.Token);
            await imap.Line.SendAsync(
                Encoding.ASCII.GetBytes(index == Messages ? "\r\n" : $" {{{message.Length}}}\r\n"), limit.Token);
        }
        string? line;
        while ((line = await imap.Line.ReadLineAsync(limit.Token)) is not null && !line.StartsWith("t ", StringComparison.Ordinal))
        {
        }
        Assert.That(line, Does.StartWith("t OK"));
        AssertPeak(200);
    }

    [Test]
    public async Task Parallel_HTTP_sends_of_large_files_go_through_the_spool()
    {
        using var api = new ApiClient(_program, _program.Key);
        var file = new byte[18 * Megabyte];
        Random.Shared.NextBytes(file);
        var body = new
        {
            to = new[] { ProgramUnderTest.Inbox },
            subject = "Large",
            text_body = "See the file.",
            attachments = new[] { new { filename = "large.bin", content = file } },
        };
        var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.PostAsync($"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages", body)));
        Assert.That(sent.Select(answer => answer.EnsureOk()["id"].GetString()).Distinct().Count(), Is.EqualTo(8));
        AssertPeak(200);
    }

    [Test]
    public async Task Parallel_deliveries_of_large_messages_go_through_the_spool()
    {
        var message = Message(24 * Megabyte);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            await using var lmtp = await _program.ConnectLmtpAsync(CancellationToken.None);
            using var limit = new CancellationTokenSource(Patience);
            await lmtp.ReadLineAsync(limit.Token);
            await lmtp.SendLineAsync($"LHLO client.test\r\nMAIL FROM:<>\r\nRCPT TO:<{ProgramUnderTest.Inbox}>\r\nDATA", limit.Token);
            while (await lmtp.ReadLineAsync(limit.Token) is { } line && !line.StartsWith("354", StringComparison.Ordinal))
            {
            }
            await lmtp.SendAsync(message, limit.Token);
            await lmtp.SendLineAsync(".", limit.Token);
            Assert.That(await lmtp.ReadLineAsync(limit.Token), Does.StartWith("250"));
        }));
        AssertPeak(350);
    }

    [Test]
    public async Task Slow_readers_of_large_messages_hold_little_each()
    {
        await using var writer = await _program.LogInToImapAsync();
        (await writer.AppendAsync("INBOX", "", Message(FirstMessageBytes))).EnsureOk();
        var readers = new List<ImapDialogue>();
        for (var index = 0; index < 15; index++)
        {
            var reader = await _program.LogInToImapAsync();
            readers.Add(reader);
            (await reader.CommandAsync("SELECT INBOX")).EnsureOk();
            await reader.SendAsync("t FETCH 1:* BODY.PEEK[]");
        }
        await Task.Delay(TimeSpan.FromSeconds(5));
        (await writer.CommandAsync("NOOP")).EnsureOk();
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }
        AssertPeak(200);
    }

    [TestCase("IMAP")]
    [TestCase("HTTP")]
    [TestCase("killed program")]
    public async Task Searches_end_on_the_database_when_their_client_is_gone(string entrance)
    {
        await using var writer = await _program.LogInToImapAsync();
        for (var index = 0; index < 120; index++)
        {
            (await writer.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes("Subject: x\r\n\r\nText\r\n"))).EnsureOk();
        }
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        // A locked table makes searches as long as the test needs.
        await using var holder = await source.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand("begin; lock table message_texts in access exclusive mode", holder);
        await hold.ExecuteNonQueryAsync();
        var clients = new List<IAsyncDisposable>();
        using var abandoned = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_program.HttpPort}") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", _program.Key);
        for (var index = 0; index < 18; index++)
        {
            if (entrance == "HTTP")
            {
                _ = http.GetAsync(new Uri($"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages?q=nowhere", UriKind.Relative), abandoned.Token)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                continue;
            }
            var imap = await _program.LogInToImapAsync();
            clients.Add(imap);
            (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
            await imap.SendAsync((index % 3) switch { 0 => "t SEARCH BODY nowhere", 1 => "t SORT (SUBJECT) UTF-8 BODY nowhere", _ => "t THREAD REFERENCES UTF-8 BODY nowhere" });
        }
        await UntilAsync(async () => await CountAsync(source) > 0);
        (await writer.CommandAsync("STATUS Sent (MESSAGES)")).EnsureOk();
        Assert.That(await CountAsync(source), Is.LessThanOrEqualTo(4));

        await abandoned.CancelAsync();
        if (entrance == "killed program")
        {
            await _program.KillAsync();
        }
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
        await UntilAsync(async () => await CountAsync(source) == 0);
    }

    static async Task<long> CountAsync(NpgsqlDataSource source)
    {
        await using var count = source.CreateCommand(
            "select count(*) from pg_locks where relation = 'message_texts'::regclass and not granted and database = (select oid from pg_database where datname = current_database())");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    static byte[] Message(int size)
    {
        var text = new StringBuilder("From: a@b.test\r\nSubject: Large\r\n\r\n", size + 80);
        while (text.Length < size)
        {
            text.Append("Lorem ipsum dolor sit amet, consectetur adipisici elit, sed eiusmod ").Append(text.Length).Append("\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    void AssertPeak(int megabytes)
    {
        var grown = (PeakMemory() - _before) / Megabyte;
        TestContext.Out.WriteLine($"Peak memory grew by {grown} MB");
        Assert.That(grown, Is.LessThan(megabytes));
    }

    long PeakMemory()
    {
        using var process = Process.GetProcessById(_program.ProcessId);
        return process.PeakWorkingSet64;
    }
}
