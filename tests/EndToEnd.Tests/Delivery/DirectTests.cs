using System.Net;
using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Mail goes to the servers that a real DNS names: two Postfix, at two addresses and one port.</summary>
sealed class DirectTests
{
    readonly int _port = LoopbackPorts.Next();
    DnsServer? _dns;
    Postfix? _first;
    Postfix? _second;
    Sender? _sender;

    Postfix First => _first!;

    Postfix Second => _second!;

    Sender Sender => _sender!;

    [OneTimeSetUp]
    public async Task Start()
    {
        const string Domains = "prefer.test down.test bare.test refused.test busy.test";
        _dns = await DnsServer.StartAsync(
            "host-record=mx1.peer.test,127.0.1.1", "host-record=mx2.peer.test,127.0.1.2", "host-record=off.peer.test,127.0.1.9", "host-record=sender.test,127.0.0.1",
            "mx-host=prefer.test,mx2.peer.test,20", "mx-host=prefer.test,mx1.peer.test,10",
            "mx-host=down.test,off.peer.test,10", "mx-host=down.test,mx2.peer.test,20",
            "host-record=bare.test,127.0.1.1",
            "mx-host=refused.test,mx1.peer.test,10", "mx-host=busy.test,mx1.peer.test,10",
            "dns-rr=null.test,15,000000",
            "mx-host=loop.test,sender.test,10", "mx-host=lost.test,absent.peer.test,10", "mx-host=off.test,off.peer.test,10");
        _first = await Postfix.StartAsync(Domains, _port, IPAddress.Parse("127.0.1.1"), "smtpd_recipient_limit = 3");
        await _first.AnswerRecipientsAsync("/^gone@/ 550 5.1.1 No such user here", "/@refused.test$/ 550 5.7.1 Not from you", "/@busy.test$/ 451 4.3.0 Busy");
        _second = await Postfix.StartAsync(Domains, _port, IPAddress.Parse("127.0.1.2"));
        _sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "direct"), ("AGENTPOST_DELIVERY__ALLOWPRIVATEADDRESSES", "true"),
            ("AGENTPOST_DELIVERY__PORT", $"{_port}"), ("AGENTPOST_DNS__SERVERS", _dns.EndPoint.ToString()));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var started in new IAsyncDisposable?[] { _sender, _first, _second, _dns }.OfType<IAsyncDisposable>())
        {
            await started.DisposeAsync();
        }
    }

    [Test]
    public async Task The_preferred_server_gets_the_mail()
    {
        await Sender.SendAsync("preferred", "zoe@prefer.test");
        await First.MessageAsync("zoe@prefer.test");
        Assert.That(Second.Messages("zoe@prefer.test"), Is.Empty);
    }

    [Test]
    public async Task The_next_server_gets_it_while_the_preferred_one_is_down()
    {
        await Sender.SendAsync("next", "zoe@down.test");
        await Second.MessageAsync("zoe@down.test");
    }

    [Test]
    public async Task A_domain_without_MX_takes_mail_at_its_own_address()
    {
        await Sender.SendAsync("bare", "zoe@bare.test");
        await First.MessageAsync("zoe@bare.test");
    }

    [Test]
    public async Task What_a_server_will_not_take_together_it_gets_in_pieces()
    {
        string[] many = [.. Enumerable.Range(0, 8).Select(i => $"one{i}@prefer.test")];
        await Sender.SendAsync("many", many);
        await First.MessageAsync(many);
    }

    [TestCase("zoe@null.test", "5.1.10", "takes no mail")]
    [TestCase("zoe@nowhere.test", "5.1.2", "does not exist")]
    [TestCase("zoe@loop.test", "5.4.6", "come back to this server")]
    [TestCase("zoe@lost.test", "5.1.2", "none of its servers has a public address")]
    [TestCase("gone@prefer.test", "5.1.1", "No such user here")]
    [TestCase("zoe@refused.test", "5.7.1", "Not from you")]
    public async Task What_fails_for_good_is_reported_at_once(string recipient, string status, string words)
    {
        await Sender.SendAsync($"to-{recipient}", recipient);
        Assert.That(await ReportAsync($"Not delivered: to-{recipient}"), Does.Contain($"Status: {status}").And.Contain(words));
    }

    [Test]
    public async Task A_message_that_is_refused_after_its_data_is_reported_at_once()
    {
        await Sender.SendAsync("poison", "yan@prefer.test");
        Assert.That(await ReportAsync("Not delivered: poison"), Does.Contain("Status: 5.7.1").And.Contain("Not that"));
        Assert.That((await Sender.Program.RunCommandAsync("suppression", "list")).Output, Does.Not.Contain("yan@prefer.test"), "The address is not wrong.");
    }

    [TestCase("zoe@off.test", "4.4.1")]
    [TestCase("zoe@busy.test", "4.3.0")]
    public async Task What_may_succeed_later_waits(string recipient, string status)
    {
        await Sender.SendAsync("later", recipient);
        await Eventually.IsAsync(
            async () => await Sender.SqlAsync<long>($"select count(*) from queue where recipient = '{recipient}' and last_status = '{status}' and next_attempt_at > now()") == 1,
            $"{status} for {recipient}");
    }

    [Test]
    public async Task The_queue_is_listed_with_what_the_server_said()
    {
        await Sender.SendAsync("listed", "yan@busy.test");
        await Eventually.IsAsync(async () => (await LineAsync())?.GetProperty("attempts").GetInt32() == 1, "an attempt");
        var line = await LineAsync();
        Assert.That(line?.GetProperty("last_error").GetString(), Does.Contain("Busy"));
        Assert.That(line?.GetProperty("last_peer").GetString(), Does.StartWith("mx1.peer.test[127.0.1.1]"));

        async Task<JsonElement?> LineAsync() => JsonDocument.Parse(await Sender.QueueAsync()).RootElement.EnumerateArray()
            .Where(line => line.GetProperty("recipient").GetString() == "yan@busy.test").Select(line => (JsonElement?)line).FirstOrDefault();
    }

    async Task<string> ReportAsync(string subject)
    {
        await using var imap = await Sender.Program.LogInToImapAsync();
        string? number = null;
        await Eventually.IsAsync(
            async () =>
            {
                (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
                var found = (await imap.CommandAsync($"SEARCH SUBJECT \"{subject}\"")).EnsureOk().Untagged.First(line => line.StartsWith("* SEARCH", StringComparison.Ordinal));
                number = found.Split(' ').ElementAtOrDefault(2);
                return number is not null;
            },
            subject);
        return string.Join('\n', (await imap.CommandAsync($"FETCH {number} BODY.PEEK[]")).EnsureOk().Untagged);
    }
}
