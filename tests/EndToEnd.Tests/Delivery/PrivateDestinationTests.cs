using System.Net;
using System.Net.Sockets;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Mode <c>direct</c> does not connect to the server's own network, whichever way a recipient's domain leads
/// there.</summary>
sealed class PrivateDestinationTests
{
    readonly TcpListener _inside = new(IPAddress.IPv6Any, 0);
    DnsServer? _dns;
    Sender? _sender;

    [OneTimeSetUp]
    public async Task Start()
    {
        _inside.Server.DualMode = true;
        _inside.Start();
        _dns = await DnsServer.StartAsync(
            "host-record=inside.peer.test,127.0.1.1", "host-record=mapped.peer.test,::ffff:127.0.0.1",
            "host-record=nat64.peer.test,64:ff9b::7f00:1",
            "host-record=sixtofour.peer.test,2002:7f00:1::1", "host-record=bare.test,10.0.0.1",
            "host-record=six.test,fd00::1",
            "mx-host=loopback.test,inside.peer.test,10", "mx-host=mapped.test,mapped.peer.test,10",
            "mx-host=nat64.test,nat64.peer.test,10",
            "mx-host=sixtofour.test,sixtofour.peer.test,10", "mx-host=literal.test,127.0.0.1,10");
        _sender = await Sender.StartAsync(
            ("AGENTPOST_DELIVERY__MODE", "direct"), (
                "AGENTPOST_DELIVERY__PORT", $"{((IPEndPoint)_inside.LocalEndpoint).Port}"),
            ("AGENTPOST_DNS__SERVERS", _dns.EndPoint.ToString()));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var started in new IAsyncDisposable?[] { _sender, _dns }.OfType<IAsyncDisposable>())
        {
            await started.DisposeAsync();
        }
        _inside.Stop();
    }

    [Test]
    public async Task Mail_to_private_addresses_fails_permanently_without_a_connection()
    {
        string[] named = [
            "loopback.test", "mapped.test", "nat64.test", "sixtofour.test", "literal.test", "bare.test", "six.test",
            "nowhere.test"];
        string[] literals = [
            "[127.0.0.1]", "[10.0.0.1]", "[169.254.169.254]", "[IPv6:::1]", "[IPv6:::ffff:127.0.0.1]", "[IPv6:fd00::1]",
            "[0.0.0.0]"];

        await _sender!.SendAsync("inside", [.. named.Concat(literals).Select(domain => $"root@{domain}")]);
        await _sender.SentShowsAsync("$Failed");

        var reports = await ReportsAsync();
        foreach (var domain in named)
        {
            // The same words for a name that does not exist: the report does not reveal what the internal network has.
            Assert.That(
                reports, Does.Contain(
                    $"The domain {domain} does not exist, or none of its servers has a public address"));
        }
        foreach (var literal in literals)
        {
            Assert.That(
                reports, Does.Contain(
                    $"{literal.ToLowerInvariant()} is not a public address (Delivery:AllowPrivateAddresses)"));
        }
        Assert.That(_inside.Pending(), Is.False);
    }

    /// <summary>All reports in INBOX: one for each domain.</summary>
    async Task<string> ReportsAsync()
    {
        await using var imap = await _sender!.Program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        return string.Join('\n', (await imap.CommandAsync("FETCH 1:* BODY.PEEK[]")).EnsureOk().Untagged).Replace(
            "\r\n ", " ", StringComparison.Ordinal);
    }
}
