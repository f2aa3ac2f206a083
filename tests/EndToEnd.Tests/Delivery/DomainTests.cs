using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>What the program wants the DNS to say of its domains, and what it says when a real server says otherwise.</summary>
sealed class DomainTests
{
    const string Domain = "acme.test";

    static readonly string[] Serving = ["--set", "Hostname=mail.acme.test", "--set", "Delivery:Mode=direct"];

    TestDatabase? _database;
    ProgramUnderTest? _program;
    string[] _zone = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await Databases.CreateAsync();
        _program = await ProgramUnderTest.StartAsync(_database.ConnectionString);
        _zone = [.. Zone.Of(await RunAsync("domain", "add", "Acme.Test.", "--json"))];
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await (_program?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task A_zone_with_the_records_as_printed_is_right()
    {
        Assert.That(_zone, Has.Length.EqualTo(10).And.Some.StartsWith($"mx-host={Domain},mail.acme.test,10").And.Some.StartsWith("srv-host=_submissions._tcp.acme.test,mail.acme.test,"));
        var checkedNow = await CheckAsync(_zone);
        Assert.That(checkedNow.ExitCode, Is.Zero, checkedNow.Output + checkedNow.Error);
        Assert.That(checkedNow.Output, Does.Not.Contain("wrong").And.Not.Contain("missing").And.Match("ok +TXT +agentpost._domainkey.acme.test").And.Match("ok +TXT +agentpost-ed25519._domainkey.acme.test"));
    }

    [TestCase("mx-host=", "mx-host=acme.test,other.test,5", @"^wrong +MX +acme\.test +other\.test +10 mail\.acme\.test\.$")]
    [TestCase("mx-host=", "dns-rr=acme.test,15,000000", @"^wrong +MX +acme\.test +it says that the domain takes no mail")]
    [TestCase("mx-host=", null, @"^missing +MX +acme\.test ")]
    [TestCase("txt-record=acme.test", "txt-record=acme.test,\"v=spf1 ip4:192.0.2.1 -all\"", @"^wrong +TXT +acme\.test +v=spf1 ip4:192\.0\.2\.1 -all \(it does not let 127\.0\.0\.1 send\)")]
    [TestCase("txt-record=acme.test", "txt-record=acme.test,\"v=spf1 mx ptr:::\"", @"^wrong +TXT +acme\.test +v=spf1 mx ptr::: \(it cannot be evaluated\)")]
    [TestCase("txt-record=agentpost._domainkey", "txt-record=agentpost._domainkey.acme.test,\"v=DKIM1; p=\"", @"^wrong +TXT +agentpost\._domainkey\.acme\.test +another key")]
    [TestCase("txt-record=agentpost._domainkey", null, @"^missing +TXT +agentpost\._domainkey\.acme\.test ")]
    [TestCase("txt-record=agentpost-ed25519._domainkey", null, @"^missing +TXT +agentpost-ed25519\._domainkey\.acme\.test ")]
    [TestCase("txt-record=agentpost-ed25519._domainkey", "txt-record=agentpost-ed25519._domainkey.acme.test,\"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
        @"^wrong +TXT +agentpost-ed25519\._domainkey\.acme\.test +another key")]
    [TestCase("txt-record=_dmarc", "txt-record=_dmarc.acme.test,\"v=DMARC2\"", @"^wrong +TXT +_dmarc\.acme\.test +v=DMARC2")]
    [TestCase("host-record=", "host-record=nobody.test,127.0.0.9", @"^missing +A/AAAA +mail\.acme\.test ")]
    public async Task A_record_that_mail_needs_and_is_not_right_is_named(string replaced, string? by, string expected)
    {
        var checkedNow = await CheckAsync([.. _zone.Where(line => !line.StartsWith(replaced, StringComparison.Ordinal)), .. by is null ? [] : new[] { by }]);
        Assert.That(checkedNow.ExitCode, Is.EqualTo(1));
        Assert.That(checkedNow.Output.Split('\n'), Has.Some.Matches(expected), checkedNow.Output);
    }

    [TestCase("relay.test", "v=spf1 mx a:relay.test ~all")]
    [TestCase("192.0.2.7", "v=spf1 mx ip4:192.0.2.7 ~all")]
    [TestCase("2001:db8::7", "v=spf1 mx ip6:2001:db8::7 ~all")]
    [TestCase("127.0.0.1", "v=spf1 mx -all")]
    public async Task What_SPF_should_say_depends_on_the_relay(string relay, string expected)
    {
        var added = await _program!.RunCommandAsync("domain", "add", Domain, "--set", "Delivery:Mode=relay", "--set", $"Delivery:Relay:Host={relay}");
        Assert.That(added.Output, Does.Contain($"\"{expected}\""));
    }

    [Test]
    public async Task Of_a_relay_that_SPF_does_not_name_only_its_operator_can_tell()
    {
        await using var dns = await DnsServer.StartAsync([.. _zone, "host-record=relay.test,192.0.2.7"]);
        var checkedNow = await _program!.RunCommandAsync(
            "domain", "check", Domain, "--set", $"Dns:Servers={dns.EndPoint}", "--set", "Hostname=mail.acme.test", "--set", "Delivery:Mode=relay", "--set", "Delivery:Relay:Host=relay.test");
        Assert.That(checkedNow.ExitCode, Is.Zero, checkedNow.Output);
        Assert.That(checkedNow.Output.Split('\n'), Has.Some.Matches(@"^unsure +TXT +acme\.test +v=spf1 mx -all \(see that it lets the servers of relay\.test send\)"));
    }

    [Test]
    public async Task Records_for_clients_only_do_not_fail_the_check()
    {
        var checkedNow = await CheckAsync([.. _zone.Where(line => !line.StartsWith("srv-host=", StringComparison.Ordinal) && !line.StartsWith("cname=", StringComparison.Ordinal))]);
        Assert.That(checkedNow.ExitCode, Is.Zero, checkedNow.Output);
        Assert.That(checkedNow.Output.Split('\n'), Has.Some.Matches(@"^missing +SRV +_imaps\._tcp\.acme\.test "));
    }

    [Test]
    public async Task Without_a_DNS_server_nothing_is_said_to_be_missing()
    {
        var checkedNow = await RunAsync("domain", "check", Domain);
        Assert.That(checkedNow.ExitCode, Is.EqualTo(1));
        Assert.That(checkedNow.Output, Does.Contain("no answer").And.Not.Contain("missing"));
    }

    [Test]
    public async Task Domains_are_listed_keep_their_key_and_are_removed()
    {
        var first = (await RunAsync("domain", "add", "second.test", "--selector", "first")).Output;
        Assert.That((await RunAsync("domain", "add", "second.test")).Output, Is.EqualTo(first));
        Assert.That((await RunAsync("domain", "list")).Output, Does.Match("second.test +first,first-ed25519 +"));
        Assert.That((await RunAsync("domain", "remove", "second.test")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("domain", "remove", "second.test")).Error, Does.Contain("There is no domain second.test"));
        Assert.That((await RunAsync("domain", "add", "ann@second.test")).Error, Does.Contain("is no domain"));
    }

    [Test]
    public async Task A_domain_of_an_earlier_version_gets_an_Ed25519_key_when_it_is_added_again()
    {
        Assert.That((await RunAsync("domain", "add", "earlier.test")).ExitCode, Is.Zero);
        await using (var source = NpgsqlDataSource.Create(_database!.ConnectionString))
        {
            await using var forget = source.CreateCommand("delete from domain_keys where name = 'earlier.test' and key_type = 'ed25519'");
            await forget.ExecuteNonQueryAsync();
        }
        Assert.That((await RunAsync("domain", "list")).Output, Does.Match("earlier.test +agentpost +"));

        var added = await RunAsync("domain", "add", "earlier.test", "--selector", "later");

        Assert.That(added.Output, Does.Match("TXT +agentpost._domainkey.earlier.test +\"v=DKIM1; k=rsa;").And.Match("TXT +later-ed25519._domainkey.earlier.test +\"v=DKIM1; k=ed25519;"));
        Assert.That(added.Output, Does.Not.Contain("later._domainkey"));
    }

    [Test]
    public async Task A_key_that_cannot_be_decrypted_is_told()
    {
        Assert.That((await RunAsync("domain", "add", "lost.test")).ExitCode, Is.Zero);

        var checkedNow = await RunAsync("domain", "check", "lost.test", "--set", $"Secrets:Key={Convert.ToBase64String(new byte[32])}");

        Assert.That(checkedNow.Output, Does.Match(@"wrong +TXT +agentpost\._domainkey\.lost\.test +the private key cannot be decrypted"));
    }

    [Test]
    public async Task A_command_with_other_settings_than_the_server_makes_no_key()
    {
        var folder = Directory.CreateTempSubdirectory("agentpost-elsewhere-").FullName;

        var added = await RunAsync("domain", "add", "other.test", "--set", $"Data={folder}");

        Assert.That((added.ExitCode, added.Output), Is.EqualTo((1, "")));
        Assert.That(added.Error, Does.Contain("secrets.key").And.Contain("AGENTPOST_DATA").And.Not.Contain("   at "));
        Assert.That(File.Exists(Path.Combine(folder, "secrets.key")), Is.False);
        Directory.Delete(folder, recursive: true);
    }

    async Task<CommandResult> CheckAsync(string[] zone)
    {
        await using var dns = await DnsServer.StartAsync(zone);
        return await RunAsync("domain", "check", Domain, "--set", $"Dns:Servers={dns.EndPoint}");
    }

    Task<CommandResult> RunAsync(params string[] words) => _program!.RunCommandAsync([.. words, .. Serving]);
}
