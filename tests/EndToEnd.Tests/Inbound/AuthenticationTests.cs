using System.Security.Cryptography;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Inbound;

/// <summary>What the DNS says of a sender, and what comes of it in the inbox.</summary>
sealed class AuthenticationTests
{
    readonly RSA _key = RSA.Create(2048);
    TestDatabase? _database;
    DnsServer? _dns;
    ProgramUnderTest? _program;

    ProgramUnderTest Program => _program!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var publicKey = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo());
        _dns = await DnsServer.StartAsync(
            // The mail servers of the domain may send for it, by their names.
            "mx-host=sender.test,mail.sender.test,10", "host-record=mail.sender.test,127.0.0.1", "txt-record=sender.test,\"v=spf1 mx -all\"",
            "txt-record=_dmarc.sender.test,\"v=DMARC1; p=reject\"",
            "txt-record=list.test,\"v=spf1 include:sender.test -all\"",
            $"txt-record=mail._domainkey.signed.test,\"v=DKIM1; k=rsa; p={publicKey[..200]}\",\"{publicKey[200..]}\"",
            "txt-record=signed.test,\"v=spf1 -all\"", "txt-record=_dmarc.signed.test,\"v=DMARC1; p=quarantine; adkim=s\"");
        _database = await Databases.CreateAsync();
        _program = await ProgramUnderTest.StartAsync(
            _database.ConnectionString, ("AGENTPOST_DNS__SERVERS", _dns.EndPoint.ToString()), ("AGENTPOST_HOSTNAME", "mx.agentpost.test"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var started in new IAsyncDisposable?[] { _program, _database, _dns }.OfType<IAsyncDisposable>())
        {
            await started.DisposeAsync();
        }
        _key.Dispose();
    }

    [Test]
    public async Task The_mail_servers_of_a_domain_may_send_for_it()
    {
        await SendAsync("ann@sender.test", "From: ann@sender.test\r\nSubject: by-mx\r\n\r\nHello\r\n");

        Assert.That(await Arrived.MessageAsync(Program, "by-mx"), Does.Contain("\tspf=pass smtp.mailfrom=ann@sender.test;\r\n\tdkim=none;\r\n\tdmarc=pass (p=reject) header.from=sender.test\r\n"));
        Assert.That(await KeywordsAsync("by-mx"), Does.Contain("$AuthPass").And.Not.Contain("$AuthFail"));
    }

    [Test]
    public async Task A_signature_of_OpenDKIM_authenticates_what_a_list_passes_on()
    {
        await SendAsync("bounces@list.test", await SignAsync("by-list"));

        Assert.That(await Arrived.MessageAsync(Program, "by-list"), Does.Match(
            @"\tspf=pass smtp\.mailfrom=bounces@list\.test;\r\n\tdkim=pass \(2048-bit key\) header\.d=signed\.test header\.s=mail header\.b=[^;]+;\r\n\tdmarc=pass \(p=quarantine\) header\.from=signed\.test\r\n"));
        Assert.That(await KeywordsAsync("by-list"), Does.Contain("$AuthPass").And.Contain("$FirstTime").And.Not.Contain("$Junk"));
    }

    [Test]
    public async Task What_was_changed_on_the_way_is_found_as_not_authentic()
    {
        await SendAsync("bounces@list.test", (await SignAsync("changed")).Replace("Pay 10.", "Pay 99.", StringComparison.Ordinal));

        Assert.That(await Arrived.MessageAsync(Program, "changed"), Does.Contain("\tdkim=fail").And.Contain("\tdmarc=fail (p=quarantine) header.from=signed.test\r\n"));
        Assert.That(await KeywordsAsync("changed"), Does.Contain("$AuthFail").And.Contain("$Junk").And.Not.Contain("$AuthPass"));
    }

    [Test]
    public async Task A_stranger_may_not_send_for_a_domain_that_wants_that_refused()
    {
        await using var smtp = await BeginAsync("eve@list.test");
        Assert.That(await smtp.CommandAsync("From: ann@sender.test\r\nSubject: forged\r\n\r\nPay.\r\n."), Does.StartWith("550 5.7.1"));
    }

    async Task<string> SignAsync(string subject)
    {
        var message = $"From: Ann <ann@signed.test>\r\nTo: agent@agentpost.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@signed.test>\r\n\r\nPay 10.\r\n";
        return await OpenDkim.SignAsync("signed.test", "mail", _key.ExportPkcs8PrivateKeyPem(), "relaxed/relaxed", message) + message;
    }

    async Task<SmtpDialogue> BeginAsync(string from)
    {
        var smtp = await SmtpDialogue.BeginAsync(Program.ConnectMxAsync(CancellationToken.None));
        foreach (var command in new[] { $"MAIL FROM:<{from}>", $"RCPT TO:<{ProgramUnderTest.Inbox}>", "DATA" })
        {
            Assert.That(await smtp.CommandAsync(command), Does.StartWith("250").Or.StartWith("354"));
        }
        return smtp;
    }

    async Task SendAsync(string from, string message)
    {
        await using var smtp = await BeginAsync(from);
        Assert.That(await smtp.CommandAsync($"{message}."), Does.StartWith("250 2.0.0"));
    }

    /// <summary>The keywords by which a search finds the one message with that subject.</summary>
    async Task<IReadOnlyList<string>> KeywordsAsync(string subject)
    {
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        var found = new List<string>();
        foreach (var keyword in new[] { "$AuthPass", "$AuthFail", "$Automated", "$FirstTime", "$Junk" })
        {
            if ((await Arrived.SearchAsync(imap, $"KEYWORD {keyword} SUBJECT {subject}")).Length > 0)
            {
                found.Add(keyword);
            }
        }
        return found;
    }
}
