using System.Globalization;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Two programs like this one exchange mail as servers of two domains do, over a real DNS with the records that each asks for.</summary>
sealed class ExchangeTests
{
    readonly int _dnsPort = LoopbackPorts.Next();
    readonly List<IAsyncDisposable> _started = [];
    ProgramUnderTest _a = null!;
    ProgramUnderTest _b = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var (portA, portB) = (LoopbackPorts.Next(), LoopbackPorts.Next());
        _a = await StartAsync("a.test", portA, portB);
        _b = await StartAsync("b.test", portB, portA);
        string[] zone =
        [
            .. Zone.Of(await _a.RunCommandAsync("domain", "add", "a.test", "--json")),
            .. Zone.Of(await _b.RunCommandAsync("domain", "add", "b.test", "--json")),
        ];
        _started.Add(await DnsServer.StartAsync(_dnsPort, zone));
        Assert.That((await _a.RunCommandAsync("inbox", "create", "ann@a.test")).ExitCode, Is.Zero);
        Assert.That((await _b.RunCommandAsync("inbox", "create", "bob@b.test")).ExitCode, Is.Zero);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }
    }

    [Test]
    public async Task Mail_and_its_answer_arrive_as_authentic()
    {
        await SendAsync(_a, "ann@a.test", "bob@b.test", "question");
        Assert.That(
            await ReceiveAsync(_b, "bob@b.test", "question", "$AuthPass"),
            Does.Match(@"Authentication-Results: mx\.b\.test;\r\n\tspf=pass smtp\.mailfrom=ann@a\.test;\r\n\tdkim=pass \(2048-bit key\) header\.d=a\.test header\.s=agentpost [^;]+;\r\n\tdkim=pass \(256-bit key\) header\.d=a\.test header\.s=agentpost-ed25519 [^;]+;\r\n\tdmarc=pass \(p=quarantine\) header\.from=a\.test"));
        await SendAsync(_b, "bob@b.test", "ann@a.test", "answer");
        Assert.That(
            await ReceiveAsync(_a, "ann@a.test", "answer", "$AuthPass"),
            Does.Contain("Authentication-Results: mx.a.test;").And.Contain("dmarc=pass").And.Contain("with ESMTPS"));
        await ShowsAsync(_a, "ann@a.test", "Sent", "question", "$Delivered");
    }

    [Test]
    public async Task Who_does_not_exist_there_is_reported_here()
    {
        await SendAsync(_a, "ann@a.test", "nobody@b.test", "void");
        Assert.That(
            await ReceiveAsync(_a, "ann@a.test", "Not delivered: void", ""),
            Does.Contain("Remote-MTA: dns; mx.b.test").And.Contain("Final-Recipient: rfc822; nobody@b.test").And.Contain("Status: 5.1.1"));
        await ShowsAsync(_a, "ann@a.test", "Sent", "void", "$Failed");
    }

    async Task<ProgramUnderTest> StartAsync(string domain, int port, int otherPort)
    {
        var database = await Databases.CreateAsync();
        _started.Add(database);
        var program = await ProgramUnderTest.StartAsync(
            database.ConnectionString,
            ("AGENTPOST_HOSTNAME", $"mx.{domain}"),
            ("AGENTPOST_MX__PORT", port.ToString(CultureInfo.InvariantCulture)),
            ("AGENTPOST_DELIVERY__MODE", "direct"),
            ("AGENTPOST_DELIVERY__ALLOWPRIVATEADDRESSES", "true"),
            ("AGENTPOST_DELIVERY__PORT", otherPort.ToString(CultureInfo.InvariantCulture)),
            ("AGENTPOST_DNS__SERVERS", $"127.0.0.1:{_dnsPort}"));
        _started.Add(program);
        return program;
    }

    static async Task SendAsync(ProgramUnderTest program, string from, string to, string subject)
    {
        await using var smtp = await SmtpDialogue.BeginAsync(program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(from, program.Key);
        Assert.That(await smtp.SubmitAsync(from, [to], Mail.From(from, subject)), Does.StartWith("250 "));
    }

    static async Task<string> ReceiveAsync(ProgramUnderTest program, string inbox, string subject, string keyword)
    {
        var number = await ShowsAsync(program, inbox, "INBOX", subject, keyword);
        await using var imap = await LogInAsync(program, inbox, "INBOX");
        return string.Join('\n', (await imap.CommandAsync($"FETCH {number} BODY.PEEK[]")).EnsureOk().Untagged);
    }

    /// <summary>Waits for a message; returns its number.</summary>
    static async Task<string> ShowsAsync(ProgramUnderTest program, string inbox, string folder, string subject, string keyword)
    {
        await using var imap = await LogInAsync(program, inbox, folder);
        string? number = null;
        await Eventually.IsAsync(
            async () =>
            {
                (await imap.CommandAsync("NOOP")).EnsureOk();
                var key = keyword.Length > 0 ? $" KEYWORD {keyword}" : "";
                var found = (await imap.CommandAsync($"SEARCH SUBJECT \"{subject}\"{key}")).EnsureOk().Untagged.First(line => line.StartsWith("* SEARCH", StringComparison.Ordinal));
                number = found.Split(' ').ElementAtOrDefault(2);
                return number is not null;
            },
            $"{subject} with {keyword} in {folder} of {inbox}\n{program.ErrorOutput}");
        return number!;
    }

    static async Task<ImapDialogue> LogInAsync(ProgramUnderTest program, string inbox, string folder)
    {
        var imap = await ImapDialogue.BeginAsync(program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, program.Key);
        (await imap.CommandAsync($"SELECT {folder}")).EnsureOk();
        return imap;
    }
}
