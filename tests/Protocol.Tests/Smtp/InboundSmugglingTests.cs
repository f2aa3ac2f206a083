using System.Text;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Smtp;

/// <summary>
/// Tricks of other servers' users on the MX port: a second message in the first, commands in a chunk, commands in the clear before TLS. Whatever is sent, one
/// message at most comes of it and the session stays in step, or it ends.
/// </summary>
[CancelAfter(60_000)]
sealed class InboundSmugglingTests
{
    const string Hidden = "MAIL FROM:<evil@pass.test>\r\nRCPT TO:<agent@agentpost.test>\r\nDATA\r\nFrom: ceo@bank.test\r\nSubject: evil\r\n\r\nevil\r\n.\r\n";

    TestPostgres? _postgres;
    InboundServer? _server;

    InboundServer Server => _server!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _postgres = await TestPostgres.StartAsync();
        _server = await InboundServer.StartAsync(await _postgres.CreateDatabaseAsync(), new("mail.example.test") { Service = SmtpService.Mx });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Server.DisposeAsync();
        await _postgres!.DisposeAsync();
    }

    // Ends of other servers' messages, or what some take for one (CVE-2023-51764, -51765, -51766).
    static readonly string[] FalseEnds =
    [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\n.\r", "\r.\n", "\n\r.\n\r", "\r\r\n.\r\r\n", "\n\n.\n\n", "\r\r.\r\r", "\n\r\n.\n",
        "\r\n.\r\r\n", "\r\n.\n\r\n", "\n..\n", "\r..\r", "\0\n.\n", "\r\n.\0\r\n", "\r\n\0.\r\n", "\r\n.\r\0\n", "\n.\0\n", "\r\n.\n.\r\n", "\r\n.\r.\r\n", "\n.\r\r\n", "\r\r\n.\n",
    ];

    static readonly string[] Harmless = ["\r\n..\r\n", "\r\n. \r\n", "\r\n.\t\r\n", "\r\n.\v\r\n", "\r\n.\u0085\r\n", "\r\n...\r\n", ".\r\n", "\r\n .\r\n"];

    static readonly string[] BeforeTls =
    [
        "STARTTLS\r\nNOOP\r\n", "STARTTLS\r\nEHLO evil.test\r\n", "STARTTLS\r\nMAIL FROM:<evil@pass.test>\r\n", "STARTTLS\r\n" + Hidden, "STARTTLS\r\n\r\n", "STARTTLS\r\nQ",
        "STARTTLS\nNOOP\n", "starttls \r\nRSET\r\n", "STARTTLS\r\n\0",
    ];

    [TestCaseSource(nameof(FalseEnds))]
    public async Task A_false_end_of_DATA_spoils_the_message(string end, CancellationToken cancellation)
    {
        var answer = await SendDataAsync("x" + end + Hidden, messages: 0, cancellation);
        Assert.That(answer, Does.StartWith("550 5.6.11").Or.StartWith("554 5.6.0"));
    }

    [TestCaseSource(nameof(Harmless))]
    public async Task What_only_looks_like_an_end_is_text_of_the_one_message(string end, CancellationToken cancellation)
    {
        var answer = await SendDataAsync("x" + end + Hidden, messages: 1, cancellation);
        Assert.That(answer, Does.StartWith("250 2.0.0"));
    }

    [TestCase("\n.\n", "550 5.6.11", 0)]
    [TestCase("\r.\r", "550 5.6.11", 0)]
    [TestCase("\r\n.\0\r\n", "554 5.6.0", 0)]
    [TestCase("\r\n.\r\n", "250 2.0.0", 1)]
    public async Task In_a_chunk_only_its_size_counts(string end, string expected, int messages, CancellationToken cancellation)
    {
        var before = (await Server.ReadAsync()).Count;
        await using var client = await Server.ConnectAsync("EHLO", cancellation);
        await InboundServer.BeginAsync(client, cancellation);
        var chunk = "From: ann@pass.test\r\n\r\nx" + end + Hidden;
        await client.SendAsync(Encoding.Latin1.GetBytes($"BDAT {chunk.Length} LAST\r\n{chunk}"), cancellation);
        await SubmissionServer.ExpectAsync(client, expected, cancellation);
        await EnsureInStepAsync(client, before + messages, cancellation);
    }

    [TestCase("BDAT")]
    [TestCase("BDAT -1")]
    [TestCase("BDAT 0x10")]
    [TestCase("BDAT 5 FIRST")]
    [TestCase("BDAT 9223372036854775808")]
    [TestCase("BDAT 18446744073709551617 LAST")]
    public async Task A_chunk_of_unknown_size_ends_the_connection(string command, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectAsync("EHLO", cancellation);
        await InboundServer.BeginAsync(client, cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes($"{command}\r\n{Hidden}"), cancellation);
        await SubmissionServer.ExpectAsync(client, "501 5.5.4", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [TestCaseSource(nameof(BeforeTls))]
    public async Task What_follows_STARTTLS_in_the_clear_is_never_read(string injected, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectAsync("EHLO", cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(injected), cancellation);
        await SubmissionServer.ExpectAsync(client, "554 5.5.1", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
    }

    [TestCase("NOOP\r\n")]
    [TestCase(Hidden)]
    public async Task What_comes_in_the_clear_when_TLS_begins_ends_the_connection(string injected, CancellationToken cancellation)
    {
        await using var client = await Server.ConnectAsync("EHLO", cancellation);
        await SubmissionServer.AskAsync(client, "STARTTLS", "220 ", cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes(injected), cancellation);
        for (var line = await client.ReadLineAsync(cancellation); line is not null; line = await client.ReadLineAsync(cancellation))
        {
            Assert.That(line, Does.Not.Match("^[0-9]{3}"));
        }
    }

    async Task<string> SendDataAsync(string body, int messages, CancellationToken cancellation)
    {
        var before = (await Server.ReadAsync()).Count;
        await using var client = await Server.ConnectAsync("EHLO", cancellation);
        await InboundServer.BeginAsync(client, cancellation);
        await SubmissionServer.AskAsync(client, "DATA", "354 ", cancellation);
        await client.SendAsync(Encoding.Latin1.GetBytes("From: ann@pass.test\r\n\r\n" + body), cancellation);
        var answer = await client.ReadLineAsync(cancellation);
        await EnsureInStepAsync(client, before + messages, cancellation);
        return answer!;
    }

    async Task EnsureInStepAsync(LineClient client, int messages, CancellationToken cancellation)
    {
        await SubmissionServer.AskAsync(client, "QUIT", "221 2.0.0", cancellation);
        Assert.That(await client.ReadLineAsync(cancellation), Is.Null);
        var delivered = await Server.ReadAsync();
        Assert.That(delivered, Has.Count.EqualTo(messages));
        Assert.That(delivered.Select(message => message.Text), Has.None.Contains("\r\n\r\nFrom: ceo@bank.test").And.None.StartsWith("Return-Path: <evil@"));
    }
}
