using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Inbound;

/// <summary>Other servers' programs: swaks, Postfix, and one that sends without end.</summary>
sealed class SendingProgramTests
{
    const long Gigabyte = 1L << 30;

    TestDatabase? _database;
    DnsServer? _dns;
    ProgramUnderTest? _program;

    ProgramUnderTest Program => _program!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _dns = await DnsServer.StartAsync("txt-record=sender.test,\"v=spf1 ip4:127.0.0.1 -all\"", "txt-record=_dmarc.sender.test,\"v=DMARC1; p=reject\"");
        _database = await Databases.CreateAsync();
        _program = await ProgramUnderTest.StartAsync(
            _database.ConnectionString,
            ("AGENTPOST_DNS__SERVERS", _dns.EndPoint.ToString()),
            ("AGENTPOST_HOSTNAME", "mx.agentpost.test"),
            ("AGENTPOST_MX__POSTMASTER", ProgramUnderTest.Inbox));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var started in new IAsyncDisposable?[] { _program, _database, _dns }.OfType<IAsyncDisposable>())
        {
            await started.DisposeAsync();
        }
    }

    [TestCase("in the clear", "SMTP", "with SMTP id")]
    [TestCase("in TLS", "ESMTPS", "with ESMTPS (Tls1")]
    public async Task Swaks_delivers_to_the_MX_port(string manner, string protocol, string trace)
    {
        await Swaks.SendAsync(Program.MxPort, 0, "--protocol", protocol, "--h-Subject", $"swaks {manner}");

        var message = await Arrived.MessageAsync(Program, $"swaks {manner}");
        Assert.That(message, Does.StartWith("Return-Path: <ann@sender.test>\r\n").And.Contain(trace));
        Assert.That(message, Does.Contain("Authentication-Results: mx.agentpost.test;\r\n\tspf=pass smtp.mailfrom=ann@sender.test;\r\n\tdkim=none;\r\n\tdmarc=pass"));
    }

    [Test]
    public async Task Swaks_is_told_who_is_unknown()
    {
        // 24: no recipient was accepted.
        var output = await Swaks.SendAsync(Program.MxPort, 24, "--to", "nobody@agentpost.test");
        Assert.That(output, Does.Contain("550 5.1.1"));
    }

    [TestCase("Postmaster", "plus:postmaster")]
    [TestCase("ABUSE@agentpost.test", "plus:abuse")]
    public async Task Who_runs_the_server_is_reached_by_role(string recipient, string keyword)
    {
        await Swaks.SendAsync(Program.MxPort, 0, "--to", recipient, "--h-Subject", $"for {keyword}");

        await Arrived.MessageAsync(Program, $"for {keyword}");
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        Assert.That(await Arrived.SearchAsync(imap, $"KEYWORD {keyword} SUBJECT \"for {keyword}\""), Has.Length.EqualTo(1));
        await Swaks.SendAsync(Program.MxPort, 24, "--to", "postmaster@elsewhere.test");
    }

    [Test]
    public async Task Swaks_delivers_by_LMTP()
    {
        await Swaks.SendAsync(Program.LmtpPort, 0, "--protocol", "LMTP", "--h-Subject", "swaks LMTP");

        var message = await Arrived.MessageAsync(Program, "swaks LMTP");
        Assert.That(message, Does.StartWith("Return-Path: <ann@sender.test>\r\n").And.Contain("with LMTP id").And.Not.Contain("Authentication-Results"));
    }

    [Test]
    public async Task Postfix_delivers_by_LMTP_to_each_recipient()
    {
        await using var postfix = await Postfix.StartSendingAsync(
            string.Create(CultureInfo.InvariantCulture, $"default_transport = lmtp:inet:127.0.0.1:{Program.LmtpPort}"), "lmtp_tls_security_level = may");
        await Swaks.SendAsync(
            postfix.Port, 0, "--to", $"{ProgramUnderTest.Inbox},agent+tag@agentpost.test,nobody@agentpost.test", "--h-Subject", "postfix LMTP");

        var message = await Arrived.MessageAsync(Program, "postfix LMTP");
        Assert.That(message, Does.Match(@"by mx\.agentpost\.test with LMTPS \(Tls1[23]").And.Contain("by peer.test (Postfix)"));
        await Eventually.IsAsync(
            () => postfix.Log.Split("status=sent").Length == 3 && postfix.Log.Contains("status=bounced", StringComparison.Ordinal), "three answers in the log of Postfix");
    }

    [Test]
    public async Task Postfix_delivers_to_the_MX_port_in_TLS()
    {
        await using var postfix = await Postfix.StartSendingAsync(
            string.Create(CultureInfo.InvariantCulture, $"default_transport = smtp:[127.0.0.1]:{Program.MxPort}"), "smtp_tls_security_level = encrypt");
        await Swaks.SendAsync(postfix.Port, 0, "--h-Subject", "postfix MX");

        var message = await Arrived.MessageAsync(Program, "postfix MX");
        Assert.That(message, Does.Match(@"by mx\.agentpost\.test with ESMTPS \(Tls1[23]").And.Contain("dmarc=pass"));
    }

    [TestCase("DATA")]
    [TestCase("BDAT")]
    public async Task A_gigabyte_is_refused_in_bounded_memory(string command)
    {
        await using var client = await Program.ConnectMxAsync(CancellationToken.None);
        var smtp = await SmtpDialogue.BeginAsync(Task.FromResult(client));
        await smtp.CommandAsync("MAIL FROM:<ann@sender.test>");
        await smtp.CommandAsync($"RCPT TO:<{ProgramUnderTest.Inbox}>");
        using var process = Process.GetProcessById(Program.ProcessId);
        var before = process.WorkingSet64;

        var reply = command == "DATA" ? await SendDataAsync(client, smtp) : await SendChunkAsync(client, smtp);

        Assert.That(reply, Does.StartWith("552 5.3.4"));
        Assert.That(await smtp.CommandAsync("NOOP"), Does.StartWith("250"));
        process.Refresh();
        Assert.That(process.PeakWorkingSet64 - before, Is.LessThan(128L << 20));
    }

    static async Task<string> SendDataAsync(LineClient client, SmtpDialogue smtp)
    {
        Assert.That(await smtp.CommandAsync("DATA"), Does.StartWith("354"));
        await SendGigabyteAsync(client);
        return await smtp.CommandAsync(".");
    }

    static async Task<string> SendChunkAsync(LineClient client, SmtpDialogue smtp)
    {
        await client.SendLineAsync($"BDAT {Gigabyte} LAST", CancellationToken.None);
        await SendGigabyteAsync(client);
        return await smtp.ReplyAsync();
    }

    static async Task SendGigabyteAsync(LineClient client)
    {
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 1022) + "\r\n", 1024)));
        for (var sent = 0L; sent < Gigabyte; sent += block.Length)
        {
            await client.SendAsync(block, CancellationToken.None);
        }
    }
}
