using System.Net;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Receivers;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Smtp;

/// <summary>What transcripts cannot show of mail from other servers: TLS, limits, failures, names of one inbox.</summary>
[CancelAfter(60_000)]
sealed class InboundTests
{
    const string Message = "From: ann@pass.test\r\nSubject: hello\r\n\r\nworld\r\n.";

    static readonly SmtpOptions Mx = new("mail.example.test") { Service = SmtpService.Mx };
    static readonly SmtpOptions Lmtp = new("mail.example.test") { Service = SmtpService.Lmtp };

    TestPostgres? _postgres;
    TestDatabase? _database;
    InboundServer? _server;

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
    public async Task A_message_that_came_in_TLS_says_so(CancellationToken cancellation)
    {
        var server = await StartAsync(Mx);
        var clear = await server.ConnectAsync("EHLO", cancellation);
        await SubmissionServer.AskAsync(clear, "STARTTLS", "220 ", cancellation);
        await using var client = await clear.StartTlsAsync(cancellation);
        await SubmissionServer.AskAsync(client, "MAIL FROM:<ann@pass.test>", "503 5.5.1 Send EHLO first", cancellation);
        await SubmissionServer.AskAsync(client, "EHLO client.test", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, "STARTTLS", "503 5.5.1", cancellation);
        await SendAsync(client, cancellation);

        Assert.That((await server.ReadAsync()).Single().Text, Does.Match(@"with ESMTPS \(Tls1[23], TLS_[A-Z0-9_]+\) id "));
    }

    [Test]
    public async Task Two_names_of_an_inbox_make_one_copy_with_both_tags(CancellationToken cancellation)
    {
        var server = await StartAsync(Mx);
        await using var client = await server.ConnectAsync("EHLO", cancellation);
        await SubmissionServer.AskAsync(client, "MAIL FROM:<ann@pass.test>", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<Agent+One@agentpost.test>", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<agent+two@agentpost.test>", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await SubmissionServer.AskAsync(client, Message, "250 2.0.0", cancellation);

        var delivered = (await server.ReadAsync()).Single();
        Assert.That(delivered.Keywords.Names, Is.EqualTo(["$FirstTime", "plus:one", "plus:two"]));
    }

    [Test]
    public async Task In_LMTP_an_inbox_that_is_gone_takes_no_other_recipient_along(CancellationToken cancellation)
    {
        var server = await StartAsync(Lmtp);
        await server.Store.Accounts.CreateInboxAsync("bob@agentpost.test", null, cancellation);
        await using var client = await server.ConnectAsync("LHLO", cancellation);
        await InboundServer.BeginAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<bob@agentpost.test>", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await server.Store.Accounts.DeleteInboxAsync("bob@agentpost.test", cancellation);
        await SubmissionServer.AskAsync(client, Message, "250 2.0.0", cancellation);
        await SubmissionServer.ExpectAsync(client, "550 5.1.1", cancellation);
        await SubmissionServer.AskAsync(client, "NOOP", "250 2.0.0", cancellation);

        Assert.That(await server.ReadAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_database_that_is_gone_refuses_for_now_and_each_recipient(CancellationToken cancellation)
    {
        var server = await StartAsync(Lmtp);
        await using var client = await server.ConnectAsync("LHLO", cancellation);
        await InboundServer.BeginAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, "RCPT TO:<agent+x@agentpost.test>", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await _database!.DisposeAsync();
        await SubmissionServer.AskAsync(client, Message, "451 4.3.0", cancellation);
        await SubmissionServer.ExpectAsync(client, "451 4.3.0", cancellation);
        await SubmissionServer.AskAsync(client, "MAIL FROM:<ann@pass.test>", "250 ", cancellation);
        await SubmissionServer.AskAsync(client, $"RCPT TO:<{InboundServer.Address}>", "451 4.3.0", cancellation);
    }

    [Test]
    public async Task One_address_sends_so_many_messages_a_minute(CancellationToken cancellation)
    {
        var server = await StartAsync(Mx with { Inbound = new() { MessagesPerMinute = 2 } });
        await using var client = await server.ConnectAsync("EHLO", cancellation);
        await SendAsync(client, cancellation);
        await SendAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, "MAIL FROM:<ann@pass.test>", "450 4.7.1 Too many messages from your address; try again in ", cancellation);
    }

    [Test]
    public async Task One_address_has_so_many_connections(CancellationToken cancellation)
    {
        var server = await StartAsync(Mx, connectionsPerAddress: 1);
        await using var client = await server.ConnectAsync("EHLO", cancellation);
        await using var second = await LineClient.ConnectPlainAsync("localhost", server.Port, cancellation);
        await SubmissionServer.ExpectAsync(second, "421 4.7.0", cancellation);
    }

    [Test]
    public async Task Who_tries_many_names_is_let_go(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var server = await StartAsync(Mx, time: time);
        await using var client = await server.ConnectAsync("EHLO", cancellation);
        await SubmissionServer.AskAsync(client, "MAIL FROM:<ann@pass.test>", "250 ", cancellation);
        for (var number = 0; number < 20; number++)
        {
            var answer = SubmissionServer.AskAsync(client, $"RCPT TO:<n{number}@agentpost.test>", "550 5.1.1", cancellation);
            while (!answer.IsCompleted)
            {
                time.Pass(TimeSpan.FromSeconds(1));
                await Task.WhenAny(answer, Task.Delay(5, cancellation));
            }
            await answer;
        }
        await SubmissionServer.AskAsync(client, "RCPT TO:<last@agentpost.test>", "421 4.7.0", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [Test]
    public async Task What_fails_DMARC_may_come_marked(CancellationToken cancellation)
    {
        await using var dns = await DnsServer.StartAsync("txt-record=_dmarc.fail.test,\"v=DMARC1; p=reject\"");
        var authenticator = new Authenticator(new(new([dns.EndPoint]), TimeProvider.System), TimeProvider.System);
        var server = await StartAsync(Mx with { Inbound = new() { RejectsByDmarc = false } }, authenticator);
        await using var client = await server.ConnectAsync("EHLO", cancellation);
        await InboundServer.BeginAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await SubmissionServer.AskAsync(client, "From: boss@fail.test\r\n\r\nPay.\r\n.", "250 2.0.0", cancellation);

        var delivered = (await server.ReadAsync()).Single();
        Assert.That(delivered.Keywords.Names, Is.EqualTo(["$AuthFail", "$FirstTime", "$Junk"]));
        Assert.That(delivered.Text, Does.Contain("\tdmarc=fail (p=reject) header.from=fail.test\r\n"));
    }

    [TestCase("mail.example.test; spf=pass", "mail.example.test")]
    [TestCase(" (who (knows)) Mail.Example.Test 1; spf=pass", "Mail.Example.Test")]
    [TestCase("\r\n\t\"mail.example.test\" ; none", "mail.example.test")]
    [TestCase("mail.example.test./1; none", "mail.example.test")]
    [TestCase("mail(;)example; none", "mailexample")]
    [TestCase("\"mail\\.example.test\"; none", "mail.example.test")]
    [TestCase("; none", null)]
    [TestCase("", null)]
    public void The_server_that_speaks_in_a_field_is_found(string value, string? expected) =>
        Assert.That(AuthenticationResults.AuthservOf(System.Text.Encoding.ASCII.GetBytes(value)), Is.EqualTo(expected));

    [Test]
    public void What_others_wrote_does_not_become_syntax_of_our_field()
    {
        var query = SpfQuery.Of(IPAddress.Loopback, "\"a; dmarc=pass\r\n\"@x.test", "helo");
        var signature = new DkimSignature("x.test\r\n\tevil; dkim=pass", "s\"el", "rsa-sha256", ["from"], [], new byte[9]);
        var report = new AuthenticationReport(
            query,
            new(AuthenticationVerdict.None, "x.test"),
            [new(AuthenticationVerdict.Fail, "the signature is wrong", signature)],
            new(AuthenticationVerdict.None, DmarcPolicy.None, "x.test"));

        Assert.That(report.Field("mail.example.test"), Is.EqualTo(
            "Authentication-Results: mail.example.test;\r\n\tspf=none smtp.mailfrom=\"\\\"a; dmarc=pass??\\\"@x.test\";\r\n"
            + "\tdkim=fail (the signature is wrong) header.d=\"x.test???evil; dkim=pass\" header.s=\"s\\\"el\" header.b=AAAAAAAA;\r\n"
            + "\tdmarc=none header.from=x.test\r\n"));
    }

    [Test]
    public void Rates_count_by_the_minute_and_forget()
    {
        var time = new ManualTime();
        var rates = new InboundRateLimiter(2, time);
        var (one, neighbour, other) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), IPAddress.Parse("2001:db8:1::1"));
        Assert.That(rates.TryTake(one), Is.Null);
        time.Pass(TimeSpan.FromSeconds(20));
        Assert.That(rates.TryTake(neighbour), Is.Null);
        Assert.That(rates.TryTake(one), Is.EqualTo(TimeSpan.FromSeconds(40)));
        Assert.That(rates.TryTake(other), Is.Null);
        time.Pass(TimeSpan.FromSeconds(40));
        Assert.That(rates.TryTake(one), Is.Null);
        for (var number = 0; number < 30_000; number++)
        {
            rates.TryTake(new IPAddress(0x0A000000 + number));
        }
        Assert.That(rates.Remembered, Is.LessThanOrEqualTo(10_000));
    }

    static async Task SendAsync(LineClient client, CancellationToken cancellation)
    {
        await InboundServer.BeginAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await SubmissionServer.AskAsync(client, Message, "250 2.0.0 msg_", cancellation);
    }

    async Task<InboundServer> StartAsync(SmtpOptions options, Authenticator? authenticator = null, int connectionsPerAddress = int.MaxValue, TimeProvider? time = null) =>
        _server = await InboundServer.StartAsync(_database!, options, authenticator, connectionsPerAddress, time);
}
