using System.Globalization;
using AgentPost.EndToEnd.Tests.Api;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Surfaces;

/// <summary>Mail of an account on a real Dovecot comes into the inbox: all that comes after the start, each message once, whatever breaks.</summary>
[CancelAfter(180_000)]
sealed class SurfacePollingTests
{
    const string User = "theirs";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    DovecotServer _dovecot = null!;
    TestDatabase _database = null!;
    ProgramUnderTest _program = null!;
    ApiClient _api = null!;

    [SetUp]
    public async Task Start()
    {
        _dovecot = await DovecotServer.StartAsync();
        _database = await Databases.CreateAsync();
        _program = await StartProgramAsync();
        _api = new(_program, _program.Key);
    }

    [TearDown]
    public async Task Stop()
    {
        _api.Dispose();
        await _program.DisposeAsync();
        await _database.DisposeAsync();
        await _dovecot.DisposeAsync();
    }

    [Test]
    public async Task What_comes_after_the_start_is_pushed_and_what_was_there_stays_there([Values] bool isSecure)
    {
        await DeliverAsync("there before", @"""01-Jan-2020 00:00:00 +0000""");
        await StartSurfaceAsync(isSecure ? _dovecot.Port : _dovecot.StartTlsPort, isSecure);
        await UntilStatusAsync("idle");
        await DeliverAsync("first");
        await UntilSubjectsAsync("first");
        await DeliverAsync("second");
        await UntilSubjectsAsync("first", "second");

        var status = (await _api.GetAsync(Surface("status"))).EnsureOk();
        Assert.That(status["messagesProcessed"].GetInt64(), Is.EqualTo(2));
        Assert.That(status["active"].GetBoolean(), Is.True);
        Assert.That(status["config"].GetProperty("host").GetString(), Is.EqualTo("127.0.0.1"));
        Assert.That(status.Text, Does.Not.Contain(DovecotServer.Password).And.Not.Contain("assword"));
    }

    [Test]
    public async Task A_server_that_is_killed_and_comes_back_loses_nothing()
    {
        await StartSurfaceAsync();
        await DeliverAsync("before");
        await UntilSubjectsAsync("before");

        await _dovecot.KillAsync();
        await UntilStatusAsync("error");
        await _dovecot.RunAsync();
        await DeliverAsync("after");
        await UntilSubjectsAsync("before", "after");

        await UntilStatusAsync("idle");
        Assert.That((await _api.GetAsync(Surface("status")))["consecutiveErrors"].GetInt32(), Is.Zero);
    }

    [Test]
    public async Task Messages_that_are_numbered_anew_come_no_second_time()
    {
        await StartSurfaceAsync();
        await DeliverAsync("one");
        await DeliverAsync("two");
        await UntilSubjectsAsync("one", "two");
        await ExpungeInboxAsync();

        await _dovecot.RenumberAsync(User);
        await DeliverAsync("three");
        await UntilSubjectsAsync("three");
        (await _api.PostAsync(Surface("poll"))).EnsureOk();

        Assert.That(await SubjectsAsync(), Is.EqualTo(["three"]));
        await using var imap = await _program.LogInToImapAsync();
        Assert.That((await imap.CommandAsync("STATUS Trash (MESSAGES)")).Untagged.Single(), Does.EndWith("(MESSAGES 2)"));
    }

    [Test]
    public async Task With_another_secrets_key_the_status_says_why_nothing_comes()
    {
        await StartSurfaceAsync();
        await UntilStatusAsync("idle");
        await _program.StopAsync();
        await using var other = await StartProgramAsync(
            ("AGENTPOST_BOOTSTRAP__KEY", _program.Key), ("AGENTPOST_SECRETS__KEY", Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)])));
        using var api = new ApiClient(other, _program.Key);

        await UntilAsync(async () => (await api.GetAsync(Surface("status")))["lastError"].GetString()?.Contains("secrets.key", StringComparison.Ordinal) is true);
        await _program.StartAsync();
    }

    [Test]
    public async Task What_is_moved_there_after_the_start_comes_however_old_it_is()
    {
        await StartSurfaceAsync();
        await UntilStatusAsync("idle");
        await DeliverAsync("moved", @"""01-Jan-2020 00:00:00 +0000""");

        await UntilSubjectsAsync("moved");
    }

    [Test]
    public async Task A_message_that_is_moved_away_and_back_comes_once()
    {
        await StartSurfaceAsync();
        await DeliverAsync("one");
        await UntilSubjectsAsync("one");
        await using (var imap = await _dovecot.LogInAsync(User))
        {
            foreach (var command in new[] { "CREATE Away", "SELECT INBOX", "MOVE 1 Away", "SELECT Away", "MOVE 1 INBOX" })
            {
                (await imap.CommandAsync(command)).EnsureOk();
            }
        }
        await DeliverAsync("two");
        await UntilSubjectsAsync("one", "two");
    }

    [Test]
    public async Task Without_IDLE_a_poll_brings_it()
    {
        await using var other = await DovecotServer.StartAsync("imap_capability = IMAP4rev1 SASL-IR LITERAL+ UIDPLUS");
        await StartSurfaceAsync(other.Port);
        // While the first poll runs, too.
        (await _api.PostAsync(Surface("poll"))).EnsureOk();
        await UntilStatusAsync("idle");
        await DeliverAsync("one", server: other);

        var polled = (await _api.PostAsync(Surface("poll"))).EnsureOk();

        Assert.That(await SubjectsAsync(), Is.EqualTo(["one"]));
        Assert.That((polled["success"].GetBoolean(), polled["messagesProcessed"].GetInt64()), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task A_program_that_is_killed_between_fetch_and_commit_brings_each_message_once()
    {
        await StartSurfaceAsync();
        await UntilStatusAsync("idle");
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // No writer gets past the row of the inbox: the message is fetched, and cannot be committed.
            await ExecuteAsync(connection, "select 1 from inboxes for update");
            await DeliverAsync("cut");
            await using var watcher = await source.OpenConnectionAsync();
            await UntilAsync(async () => (long)(await ExecuteAsync(
                watcher, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))! > 0);
            await _program.KillAsync();
        }
        await _program.StartAsync();
        await UntilSubjectsAsync("cut");
        await DeliverAsync("next");

        await UntilSubjectsAsync("cut", "next");
    }

    [Test]
    public async Task One_of_two_programs_polls_and_the_other_takes_over_when_it_is_killed()
    {
        await using var other = await StartProgramAsync(("AGENTPOST_BOOTSTRAP__KEY", _program.Key));
        await StartSurfaceAsync();
        for (var number = 1; number <= 10; number++)
        {
            await DeliverAsync(string.Create(CultureInfo.InvariantCulture, $"m{number}"));
        }
        var all = Enumerable.Range(1, 10).Select(number => string.Create(CultureInfo.InvariantCulture, $"m{number}")).ToList();
        await UntilSubjectsAsync([.. all]);

        await _program.KillAsync();
        await DeliverAsync("m11");
        using var api = new ApiClient(other, _program.Key);
        await UntilAsync(async () => (await api.GetAsync(Surface("status")))["messagesProcessed"].GetInt64() == 11);
        await _program.StartAsync();

        Assert.That(await SubjectsAsync(), Is.EqualTo(all.Append("m11")));
    }

    [Test]
    public async Task Stopped_it_fetches_nothing_and_started_again_it_goes_on_where_it_was()
    {
        await StartSurfaceAsync();
        await DeliverAsync("one");
        await UntilSubjectsAsync("one");
        (await _api.PostAsync(Surface("stop"))).EnsureOk();
        await UntilStatusAsync("stopped");
        await DeliverAsync("meanwhile");
        var refused = await _api.PostAsync(Surface("poll"));
        await StartSurfaceAsync();

        await UntilSubjectsAsync("one", "meanwhile");
        Assert.That((refused.Status, refused.ErrorCode), Is.EqualTo((409, "surface_stopped")));
    }

    [Test]
    public async Task A_poll_answers_when_it_is_done()
    {
        await StartSurfaceAsync();
        await UntilStatusAsync("idle");
        (await _api.PostAsync(Surface("stop"))).EnsureOk();
        await DeliverAsync("one");
        await StartSurfaceAsync();

        var polled = (await _api.PostAsync(Surface("poll"))).EnsureOk();

        Assert.That(await SubjectsAsync(), Is.EqualTo(["one"]));
        Assert.That((polled["success"].GetBoolean(), polled["lastUid"].GetInt64(), polled["pollStatus"].GetString()), Is.EqualTo((true, 1, "idle")));
    }

    [Test]
    public async Task A_message_of_23_MB_arrives_and_is_not_held_in_memory()
    {
        const int Size = 23 * 1024 * 1024;
        await StartSurfaceAsync();
        await DeliverAsync("small");
        await UntilSubjectsAsync("small");
        var before = PeakMemory();
        await using (var imap = await _dovecot.LogInAsync(User))
        {
            var lines = string.Concat(Enumerable.Repeat(new string('x', 62) + "\r\n", Size / 64));
            (await imap.AppendAsync("INBOX", "", System.Text.Encoding.ASCII.GetBytes($"Subject: long\r\n\r\n{lines}"))).EnsureOk();
        }
        await UntilSubjectsAsync("small", "long");

        var grown = PeakMemory() - before;
        TestContext.Out.WriteLine($"The peak of the program's memory grew by {grown / 1024 / 1024} MB.");
        await using var ours = await _program.LogInToImapAsync();
        (await ours.CommandAsync("EXAMINE INBOX")).EnsureOk();
        Assert.That((await ours.CommandAsync("FETCH 2 RFC822.SIZE")).Untagged.Single(), Does.Contain($"RFC822.SIZE {"Subject: long\r\n\r\n".Length + Size / 64 * 64}"));
        Assert.That(grown, Is.LessThan(Size * 2L));
    }

    [Test]
    public async Task A_message_that_is_too_long_is_skipped_and_the_status_says_so()
    {
        await _program.StopAsync();
        await using var limited = await StartProgramAsync(("AGENTPOST_BOOTSTRAP__KEY", _program.Key), ("AGENTPOST_LIMITS__MESSAGESIZE", "2000"));
        using var api = new ApiClient(limited, _program.Key);
        (await api.PostAsync(Surface("start"), Settings())).EnsureOk();
        foreach (var (subject, size) in new[] { ("one", 10), ("somewhat long", 3000), ("very long", 100_000), ("two", 10) })
        {
            await using var imap = await _dovecot.LogInAsync(User);
            (await imap.AppendAsync("INBOX", "", System.Text.Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\n{new string('x', size)}\r\n"))).EnsureOk();
        }
        await UntilAsync(async () => (await api.GetAsync(Surface("status")))["messagesProcessed"].GetInt64() == 2);

        (await api.PostAsync(Surface("start"), Settings())).EnsureOk();
        await _program.StartAsync();
        Assert.That(await SubjectsAsync(), Is.EqualTo((string[])["one", "two"]));
    }

    // Linux only: elsewhere there is no such figure, and nothing is asserted of it.
    long PeakMemory() => OperatingSystem.IsLinux()
        ? File.ReadLines($"/proc/{_program.ProcessId}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).Single()
        : 0;

    Task<ProgramUnderTest> StartProgramAsync(params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] usual =
        [
            ("AGENTPOST_SURFACES__ALLOWPRIVATEADDRESSES", "true"),
            ("AGENTPOST_SURFACES__ALLOWUNTRUSTEDCERTIFICATES", "true"),
            // Two programs on one database need the same.
            ("AGENTPOST_SECRETS__KEY", Convert.ToBase64String(new byte[32])),
        ];
        return ProgramUnderTest.StartAsync(_database.ConnectionString, [.. usual.ExceptBy(settings.Select(setting => setting.Name), setting => setting.Name), .. settings]);
    }

    async Task StartSurfaceAsync(int? port = null, bool isSecure = true) => (await _api.PostAsync(Surface("start"), Settings(port, isSecure))).EnsureOk();

    object Settings(int? port = null, bool isSecure = true) => new
    {
        fromAddress = "theirs@example.test",
        imapHost = "127.0.0.1",
        imapPort = port ?? _dovecot.Port,
        imapSecure = isSecure,
        imapUsername = User,
        imapPassword = DovecotServer.Password,
        smtpHost = "127.0.0.1",
        smtpPort = 1,
        smtpUsername = User,
        smtpPassword = DovecotServer.Password,
        // Nothing is sent here: there is no SMTP server.
        verify = false,
    };

    static string Surface(string call) => $"/v1/messaging/imap/{ProgramUnderTest.Inbox}/{call}";

    async Task DeliverAsync(string subject, string date = "", DovecotServer? server = null)
    {
        await using var imap = await (server ?? _dovecot).LogInAsync(User);
        (await imap.AppendAsync("INBOX", date, Mail.From("somebody@example.test", subject))).EnsureOk();
    }

    async Task ExpungeInboxAsync()
    {
        await using var imap = await _program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        (await imap.CommandAsync(@"STORE 1:* +FLAGS (\Deleted)")).EnsureOk();
        (await imap.CommandAsync("EXPUNGE")).EnsureOk();
    }

    async Task<List<string>> SubjectsAsync()
    {
        await using var imap = await _program.LogInToImapAsync();
        (await imap.CommandAsync("EXAMINE INBOX")).EnsureOk();
        var fetched = (await imap.CommandAsync("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).EnsureOk();
        return [.. fetched.Literals.Select(literal => System.Text.Encoding.ASCII.GetString(literal)["Subject: ".Length..].TrimEnd())];
    }

    Task UntilSubjectsAsync(params string[] subjects) => UntilAsync(async () => (await SubjectsAsync()).SequenceEqual(subjects));

    Task UntilStatusAsync(string status) => UntilAsync(async () => await _api.GetAsync(Surface("status")) is var answer
        && answer["pollStatus"].GetString() == status && (status == "stopped" || answer["lastPollAt"].ValueKind is not System.Text.Json.JsonValueKind.Null));

    async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"Not within {Patience.TotalSeconds} s. INBOX: {string.Join(", ", await SubjectsAsync())}\n{(await _api.GetAsync(Surface("status"))).Text}\n{_program.ErrorOutput}");
            }
            await Task.Delay(50);
        }
    }

    static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
