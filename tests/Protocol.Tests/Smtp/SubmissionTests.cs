using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Smtp;

/// <summary>What transcripts cannot show: limits, ends, failures and packets.</summary>
[CancelAfter(60_000)]
sealed class SubmissionTests
{
    const string Message =
        "From: agent@agentpost.test\r\nDate: Fri, 1 Mar 2024 00:00:00 +0000\r\nMessage-ID: <m@agentpost.test>\r\nSubject: hello\r\n\r\nworld\r\n";

    TestPostgres? _postgres;
    TestDatabase? _database;
    SubmissionServer? _server;

    TestDatabase Database => _database!;

    [OneTimeSetUp]
    public async Task StartPostgres() => _postgres = await TestPostgres.StartAsync();

    [OneTimeTearDown]
    public async Task StopPostgres() => await _postgres!.DisposeAsync();

    [SetUp]
    public async Task CreateDatabase()
    {
        _server = null;
        _database = await _postgres!.CreateDatabaseAsync();
    }

    [TearDown]
    public async Task StopServer()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Test]
    public async Task A_message_is_filed_in_Sent_as_sent_and_delivered_below_its_trace(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.AskAsync(client, "MAIL FROM:<AGENT+me@agentpost.test> SMTPUTF8", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<agent+tag@AgentPost.Test>", "250 2.1.5", cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await SubmissionServer.AskAsync(client, Message + ".", "250 2.0.0 msg_", cancellation);
        var delivered = (await server.ReadFolderAsync(FolderName.Inbox)).Single();
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.EqualTo([Message]));
        Assert.That(delivered, Does.EndWith(Message));
        Assert.That(
            delivered,
            Does.Match(@"^Return-Path: <AGENT\+me@agentpost.test>\r\n"
                + @"Received: from client\.test \(\[(127\.0\.0\.1|IPv6:::1)\]\)\r\n"
                + @"\tby mail\.example\.test with UTF8SMTPSA id [0-9A-Z]+;\r\n"
                + @"\t[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000\r\nFrom:"));
    }

    [Test]
    public async Task A_dialogue_in_one_packet_is_answered_in_order(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectAsync(cancellation);
        await client.SendLineAsync(
            $"EHLO client.test\r\n{server.Login}\r\nMAIL FROM:<{SubmissionServer.Address}>\r\nRCPT TO:<a@elsewhere.test>\r\nDATA\r\n"
            + $"{Message}.\r\nQUIT",
            cancellation);
        foreach (var expected in new[] { "250 ", "235 ", "250 2.1.0", "250 2.1.5", "354 ", "250 2.0.0 msg_", "221 2.0.0" })
        {
            await SubmissionServer.ExpectAsync(client, expected, cancellation);
        }
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [Test]
    public async Task A_dialogue_octet_by_octet_is_the_same(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        foreach (var octet in Encoding.ASCII.GetBytes(
            $"MAIL FROM:<{SubmissionServer.Address}>\r\nRCPT TO:<a@elsewhere.test>\r\nDATA\r\n{Message}..dot\r\n.\r\nQUIT\r\n"))
        {
            await client.SendAsync(new[] { octet }, cancellation);
        }
        foreach (var expected in new[] { "250 2.1.0", "250 2.1.5", "354 ", "250 2.0.0 msg_", "221 2.0.0" })
        {
            await SubmissionServer.ExpectAsync(client, expected, cancellation);
        }
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.EqualTo([Message + ".dot\r\n"]));
    }

    [Test]
    public async Task Recipients_beyond_the_limit_are_put_off_and_the_others_stay(CancellationToken cancellation)
    {
        var server = await StartAsync(new("mail.example.test") { Recipients = 2 });
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}>", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<a@elsewhere.test>", "250 2.1.5", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<b@elsewhere.test>", "250 2.1.5", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<c@elsewhere.test>", "452 4.5.3", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<b@ELSEWHERE.test>", "250 2.1.5", cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await SubmissionServer.AskAsync(client, Message + ".", "250 2.0.0 msg_", cancellation);
    }

    [Test]
    public async Task A_message_beyond_the_limit_is_read_to_its_end_in_little_memory_and_refused(CancellationToken cancellation)
    {
        const int Megabytes = 1024;
        var server = await StartAsync(new("mail.example.test") { MaxMessageSize = 100_000 });
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}> SIZE=100001", "552 5.3.4", cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        var line = new string('x', 1022) + "\r\n";
        var megabyte = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 1024)));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var sent = 0; sent < Megabytes; sent++)
        {
            await client.SendAsync(megabyte, cancellation);
        }
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        await SubmissionServer.AskAsync(client, ".", "552 5.3.4", cancellation);
        await SubmissionServer.AskAsync(client, "NOOP", "250 2.0.0", cancellation);
        Assert.That(grown, Is.LessThan(16 << 20));
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.Empty);
    }

    [Test]
    public async Task A_client_that_shuts_its_sending_side_behind_the_message_gets_its_answer(CancellationToken cancellation)
    {
        var server = await StartAsync();
        using var connection = await server.Listener.ConnectAsync();
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(TestListener.TrustAny(), cancellation);
        await tls.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"EHLO client.test\r\n{server.Login}\r\nMAIL FROM:<{SubmissionServer.Address}>\r\nRCPT TO:<a@elsewhere.test>\r\nDATA\r\n{Message}.\r\n"),
            cancellation);
        connection.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(tls, Encoding.ASCII);
        Assert.That(await reader.ReadToEndAsync(cancellation), Does.Contain("250 2.0.0 msg_"));
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task STARTTLS_forgets_what_was_said_in_the_clear(CancellationToken cancellation)
    {
        var server = await StartAsync();
        var clear = await server.ConnectInTheClearAsync(cancellation);
        await SubmissionServer.AskAsync(clear, "MAIL FROM:<agent@agentpost.test>", "530 5.7.0", cancellation);
        await SubmissionServer.AskAsync(clear, server.Login, "538 5.7.11", cancellation);
        await SubmissionServer.AskAsync(clear, "STARTTLS", "220 ", cancellation);
        await using var client = await clear.StartTlsAsync(cancellation);
        await SubmissionServer.AskAsync(client, server.Login, "503 5.5.1", cancellation);
        await client.SendLineAsync("EHLO client.test", cancellation);
        Assert.That(await ReadReplyAsync(client, cancellation), Does.Contain("AUTH PLAIN").And.Not.Contain("STARTTLS"));
        await SubmissionServer.AskAsync(client, "STARTTLS", "503 5.5.1", cancellation);
        await SubmissionServer.AskAsync(client, server.Login, "235 2.7.0", cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, Message + ".", "250 2.0.0 msg_", cancellation);
    }

    [Test]
    public async Task EHLO_in_the_clear_offers_STARTTLS_and_no_AUTH(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectInTheClearAsync(cancellation);
        await client.SendLineAsync("EHLO client.test", cancellation);
        Assert.That(await ReadReplyAsync(client, cancellation), Does.Contain("STARTTLS").And.Not.Contain("AUTH"));
    }

    static async Task<string> ReadReplyAsync(LineClient client, CancellationToken cancellation)
    {
        var reply = new StringBuilder();
        while (await client.ReadLineAsync(cancellation) is { } line)
        {
            reply.Append(line).Append('\n');
            if (line.Length < 4 || line[3] != '-')
            {
                break;
            }
        }
        return reply.ToString();
    }

    [Test]
    public async Task A_message_in_chunks_octet_by_octet_is_the_same(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        foreach (var octet in Encoding.ASCII.GetBytes(
            $"MAIL FROM:<{SubmissionServer.Address}>\r\nRCPT TO:<a@elsewhere.test>\r\nBDAT {Message.Length}\r\n{Message}BDAT 6 LAST\r\n.dot\r\nQUIT\r\n"))
        {
            await client.SendAsync(new[] { octet }, cancellation);
        }
        foreach (var expected in new[] { "250 2.1.0", "250 2.1.5", "250 2.0.0", "250 2.0.0 msg_", "221 2.0.0" })
        {
            await SubmissionServer.ExpectAsync(client, expected, cancellation);
        }
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.EqualTo([Message + ".dot\r\n"]));
    }

    [Test]
    public async Task Chunks_beyond_the_limit_are_read_to_their_end_and_refused(CancellationToken cancellation)
    {
        var server = await StartAsync(new("mail.example.test") { MaxMessageSize = 1000 });
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}>", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<a@elsewhere.test>", "250 2.1.5", cancellation);
        await SubmissionServer.AskAsync(client, $"BDAT 1000\r\n{new string('x', 998)}", "250 2.0.0", cancellation);
        await SubmissionServer.AskAsync(client, "BDAT 2\r\n", "552 5.3.4", cancellation);
        await SubmissionServer.AskAsync(client, "BDAT 3 LAST\r\nx", "503 5.5.1", cancellation);
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.Empty);
    }

    [Test]
    public async Task Sent_lines_without_end_are_refused_and_the_next_is_read_as_itself(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectAsync(cancellation);
        await SubmissionServer.AskAsync(client, "NOOP " + new string('x', 1_000_000), "500 5.5.2", cancellation);
        await SubmissionServer.AskAsync(client, "NOOP", "250 2.0.0", cancellation);
    }

    [Test]
    public async Task A_wrong_key_is_slowed_and_a_right_one_from_the_same_address_is_not(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var server = await StartAsync(time: time);
        await using var wrong = await server.ConnectAsync(cancellation);
        await SubmissionServer.AskAsync(wrong, "EHLO client.test", "250 ", cancellation);
        await wrong.SendLineAsync("AUTH PLAIN " + Convert.ToBase64String("\0agent@agentpost.test\0ap_sk_wrong"u8), cancellation);
        var refusal = wrong.ReadLineAsync(cancellation);
        await using var right = await server.ConnectLoggedInAsync(cancellation);
        Assert.That(refusal.IsCompleted, Is.False);
        while (await Task.WhenAny(refusal, Task.Delay(20, cancellation)) != refusal)
        {
            time.Pass(TimeSpan.FromSeconds(1));
        }
        Assert.That(await refusal, Does.StartWith("535 5.7.8"));
    }

    [Test]
    public async Task A_session_whose_login_ends_is_told_so(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        Assert.That(server.Registry.End(session => session.Login.Protocol == "smtp", EndReason.LoginEnded), Is.EqualTo(1));
        await SubmissionServer.ExpectAsync(client, "421 4.7.0", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [Test]
    public async Task A_login_that_ends_within_a_message_ends_the_message(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        await client.SendLineAsync("From: agent@agentpost.test", cancellation);
        server.Registry.End(_ => true, EndReason.LoginEnded);
        await SubmissionServer.ExpectAsync(client, "421 4.7.0", cancellation);
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.Empty);
    }

    [Test]
    public async Task A_server_that_stops_takes_the_message_under_way_and_says_goodbye(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var idle = await server.ConnectLoggedInAsync(cancellation);
        await using var sending = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(sending, cancellation);
        var stopping = server.Listener.StopAsync();
        await SubmissionServer.ExpectAsync(idle, "421 4.3.2", cancellation);
        await SubmissionServer.AskAsync(sending, Message + ".", "250 2.0.0 msg_", cancellation);
        await SubmissionServer.ExpectAsync(sending, "421 4.3.2", cancellation);
        await stopping.WaitAsync(cancellation);
    }

    [TestCase("DATA\r\nFrom: agent@agentpost.test")]
    [TestCase("BDAT 100\r\nFrom: agent@agentpost.test")]
    [TestCase("BDAT 100 LAST\r\nFrom: agent@agentpost.test")]
    public async Task A_message_that_does_not_finish_in_the_grace_period_of_a_stop_is_421(
        string begun, CancellationToken cancellation)
    {
        var server = await StartAsync(new("mail.example.test") { StopGrace = TimeSpan.FromMilliseconds(300) });
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}>", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, $"RCPT TO:<{SubmissionServer.Address}>", "250 2.1.5", cancellation);
        await client.SendLineAsync(begun, cancellation);
        if (begun.StartsWith("DATA", StringComparison.Ordinal))
        {
            await SubmissionServer.ExpectAsync(client, "354 ", cancellation);
        }

        var stopping = server.Listener.StopAsync();

        await SubmissionServer.ExpectAsync(client, "421 4.3.2", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
        await stopping.WaitAsync(cancellation);
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.Empty);
    }

    [Test]
    public async Task A_database_that_is_gone_is_451_and_the_session_goes_on(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        await Database.DisposeAsync();
        await SubmissionServer.AskAsync(client, Message + ".", "451 4.3.0", cancellation);
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}>", "250 2.1.0", cancellation);
    }

    [TestCase("DATA", ".")]
    [TestCase("BDAT", "")]
    public async Task A_spool_that_cannot_be_written_is_452_and_the_session_continues(
        string command, string end, CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        Directory.Delete(Path.Combine(Database.DataFolder, "spool"), recursive: true);
        var message = Message + string.Concat(Enumerable.Repeat("A line of a message that is too long for memory.\r\n", 10_000));
        await SubmissionServer.AskAsync(client, $"MAIL FROM:<{SubmissionServer.Address}>", "250 2.1.0", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<a@elsewhere.test>", "250 2.1.5", cancellation);
        if (command == "DATA")
        {
            await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        }
        else
        {
            await client.SendLineAsync($"BDAT {message.Length + 2} LAST", cancellation);
        }

        await SubmissionServer.AskAsync(client, message + end, "452 4.3.1", cancellation);

        await SubmissionServer.AskAsync(client, "NOOP", "250 2.0.0", cancellation);
        Assert.That(await server.ReadFolderAsync(FolderName.Sent), Is.Empty);
    }

    [Test]
    public async Task AUTH_without_a_database_is_temporarily_unavailable(CancellationToken cancellation)
    {
        var server = await StartAsync();
        await using var client = await server.ConnectAsync(cancellation);
        await SubmissionServer.AskAsync(client, "EHLO client.test", "250 ", cancellation);
        await Database.DisposeAsync();
        await SubmissionServer.AskAsync(client, server.Login, "454 4.7.0", cancellation);
        await SubmissionServer.AskAsync(client, "NOOP", "250 2.0.0", cancellation);
    }

    [Test]
    public async Task Connections_beyond_the_limit_of_an_address_are_refused_until_one_logs_in(CancellationToken cancellation)
    {
        var server = await StartAsync(connectionsPerAddress: 1);
        await using var first = await server.ConnectAsync(cancellation);
        await using (var second = await LineClient.ConnectAsync("localhost", server.Listener.Port, null, cancellation))
        {
            await SubmissionServer.ExpectAsync(second, "421 4.7.0", cancellation);
            Assert.That(await second.ReadLineAsync(cancellation), Is.Null);
        }
        await SubmissionServer.AskAsync(first, "EHLO client.test", "250 ", cancellation);
        await SubmissionServer.AskAsync(first, server.Login, "235 2.7.0", cancellation);
        await using var third = await server.ConnectAsync(cancellation);
    }

    [Test]
    public async Task A_message_that_drips_for_too_long_is_cut_off(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var server = await StartAsync(new("mail.example.test") { Limits = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) }, time: time);
        await using var client = await server.ConnectLoggedInAsync(cancellation);
        await SubmissionServer.BeginDataAsync(client, cancellation);
        await client.SendLineAsync("From: agent@agentpost.test", cancellation);
        var answer = client.ReadLineAsync(cancellation);
        while (await Task.WhenAny(answer, Task.Delay(20, cancellation)) != answer)
        {
            time.Pass(TimeSpan.FromMinutes(4));
            await client.SendAsync("x"u8.ToArray(), cancellation);
        }
        Assert.That(await answer, Does.StartWith("421 4.4.2 The message"));
    }

    async Task<SubmissionServer> StartAsync(SmtpOptions? options = null, int connectionsPerAddress = int.MaxValue, TimeProvider? time = null) =>
        _server = await SubmissionServer.StartAsync(Database, options, connectionsPerAddress, time);
}
