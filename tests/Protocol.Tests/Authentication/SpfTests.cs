using System.Net;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Authentication;

/// <summary>SPF against records that a real server has (RFC 7208).</summary>
[CancelAfter(60_000)]
sealed class SpfTests
{
    DnsServer _server = null!;
    DnsClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await DnsServer.StartAsync(
            [
                .. Records().Select(record => $"txt-record={record.Name},{string.Join(',', record.Text.Split(',').Select(part => $"\"{part}\""))}"),
                "host-record=host.test,192.0.2.10,2001:db8::10",
                "host-record=mail.a.test,192.0.2.65",
                "mx-host=exchanges.test,mail.a.test,10",
                "ptr-record=10.2.0.192.in-addr.arpa,host.test",
                "ptr-record=11.2.0.192.in-addr.arpa,host.test",
                "host-record=192.0.2.3._spf.exists.test,127.0.0.2",
                "host-record=bob.mobile-1._spf.macro.test,127.0.0.2",
                "host-record=known.known._spf.macro.test,127.0.0.2",
                .. Enumerable.Range(0, 11).Select(number => $"mx-host=many.test,mx{number}.test,10"),
            ]);
        _client = new(new([_server.EndPoint]), TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("192.0.2.1", "a@all.test", "Fail")]
    [TestCase("192.0.2.1", "a@soft.test", "SoftFail")]
    [TestCase("192.0.2.1", "a@neutral.test", "Neutral")]
    [TestCase("192.0.2.1", "a@empty.test", "Neutral")]
    [TestCase("192.0.2.1", "a@capitals.test", "Pass")]
    [TestCase("192.0.2.1", "a@nothing.test", "None")]
    [TestCase("192.0.2.1", "a@host.test", "None")]
    [TestCase("192.0.2.1", "a@two.test", "PermError")]
    [TestCase("192.0.2.1", "a@ten.test", "None", Description = "v=spf10 is another version")]
    [TestCase("192.0.2.1", "a@localhost", "None")]
    [TestCase("192.0.2.1", "a@elsewhere.example", "TempError")]
    public Task Records_are_chosen_and_end(string address, string sender, string expected, CancellationToken cancellation) =>
        ExpectAsync(address, sender, expected, cancellation);

    [TestCase("192.0.2.129", "a@ip4.test", "Pass")]
    [TestCase("192.0.2.127", "a@ip4.test", "Fail")]
    [TestCase("2001:db8:1::5", "a@ip6.test", "Pass")]
    [TestCase("2001:db8:2::5", "a@ip6.test", "Fail")]
    [TestCase("192.0.2.1", "a@ip6.test", "Fail")]
    [TestCase("192.0.2.10", "a@a.test", "Pass")]
    [TestCase("2001:db8::10", "a@a.test", "Pass")]
    [TestCase("192.0.2.99", "a@a.test", "Fail")]
    [TestCase("192.0.2.99", "a@cidr.test", "Pass")]
    [TestCase("192.0.3.99", "a@cidr.test", "Fail")]
    [TestCase("2001:db8::ffff", "a@cidr.test", "Pass")]
    [TestCase("2001:db8:1::ffff", "a@cidr.test", "Fail")]
    [TestCase("192.0.2.65", "a@mx.test", "Pass")]
    [TestCase("192.0.2.66", "a@mx.test", "Fail")]
    [TestCase("192.0.2.1", "a@manymx.test", "PermError")]
    [TestCase("192.0.2.10", "a@ptr.test", "Pass")]
    [TestCase("192.0.2.11", "a@ptr.test", "Fail", Description = "the name does not lead back")]
    [TestCase("192.0.2.3", "a@exists.test", "Pass")]
    [TestCase("192.0.2.4", "a@exists.test", "Fail")]
    public Task Mechanisms_fit_or_do_not(string address, string sender, string expected, CancellationToken cancellation) =>
        ExpectAsync(address, sender, expected, cancellation);

    [TestCase("192.0.2.129", "a@include.test", "Pass")]
    [TestCase("192.0.2.1", "a@include.test", "SoftFail")]
    [TestCase("192.0.2.1", "a@includenone.test", "PermError")]
    [TestCase("192.0.2.129", "a@redirect.test", "Pass")]
    [TestCase("192.0.2.1", "a@redirect.test", "Fail")]
    [TestCase("192.0.2.1", "a@redirectnone.test", "PermError")]
    [TestCase("192.0.2.1", "a@loop.test", "PermError")]
    [TestCase("192.0.2.1", "a@void.test", "PermError")]
    [TestCase("192.0.2.1", "a@twovoid.test", "Fail")]
    public Task Records_lead_to_others_within_limits(string address, string sender, string expected, CancellationToken cancellation) =>
        ExpectAsync(address, sender, expected, cancellation);

    [TestCase("a@unknown.test")]
    [TestCase("a@length.test")]
    [TestCase("a@address.test")]
    [TestCase("a@letter.test")]
    [TestCase("a@zero.test")]
    [TestCase("a@twice.test")]
    [TestCase("a@late.test", Description = "a fault behind a mechanism that fits")]
    [TestCase("a@toplabel.test")]
    [TestCase("a@allarg.test")]
    public Task Faults_spoil_the_record(string sender, CancellationToken cancellation) => ExpectAsync("192.0.2.1", sender, "PermError", cancellation);

    [TestCase("192.0.2.1", "bob@macro.test", "Pass")]
    [TestCase("192.0.2.1", "eve@macro.test", "Fail")]
    public Task Macros_are_expanded(string address, string sender, string expected, CancellationToken cancellation) =>
        ExpectAsync(address, sender, expected, cancellation);

    // The examples of RFC 7208 §7.4.
    [TestCase("%{s}", "strong-bad@email.example.com")]
    [TestCase("%{o}", "email.example.com")]
    [TestCase("%{d}", "email.example.com")]
    [TestCase("%{d4}", "email.example.com")]
    [TestCase("%{d3}", "email.example.com")]
    [TestCase("%{d2}", "example.com")]
    [TestCase("%{d1}", "com")]
    [TestCase("%{dr}", "com.example.email")]
    [TestCase("%{d2r}", "example.email")]
    [TestCase("%{l}", "strong-bad")]
    [TestCase("%{l-}", "strong.bad")]
    [TestCase("%{lr}", "strong-bad")]
    [TestCase("%{lr-}", "bad.strong")]
    [TestCase("%{l1r-}", "strong")]
    [TestCase("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [TestCase("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [TestCase("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [TestCase("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [TestCase("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [TestCase("%%-%_-%-", "%- -%20")]
    [TestCase("%{L-}%{S}", "strong.badstrong-bad%40email.example.com")]
    public async Task Macros_give_what_the_RFC_shows(string spec, string expected)
    {
        var values = new Dictionary<char, string>
        {
            ['s'] = "strong-bad@email.example.com",
            ['l'] = "strong-bad",
            ['o'] = "email.example.com",
            ['d'] = "email.example.com",
            ['i'] = "192.0.2.3",
            ['v'] = "in-addr",
        };
        Assert.That(await SpfMacros.ExpandAsync(spec, letter => Task.FromResult(values[letter])), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_name_too_long_loses_labels_at_the_left()
    {
        var name = await SpfMacros.ExpandAsync("%{l}.test", _ => Task.FromResult(string.Join('.', Enumerable.Repeat("abcdefghi", 30))));
        Assert.That(name, Has.Length.LessThanOrEqualTo(253).And.EndsWith(".test").And.StartsWith("abcdefghi."));
    }

    [FsCheck.NUnit.Property(MaxTest = 3000)]
    public void No_record_breaks_the_parser(FsCheck.NonNull<string> text) => SpfRecord.Parse("v=spf1 " + text.Get);

    [Test]
    public async Task The_null_path_is_the_postmaster_of_the_greeting(CancellationToken cancellation)
    {
        var result = await new SpfEvaluation(_client, SpfQuery.Of(IPAddress.Parse("192.0.2.129"), "", "ip4.test"), cancellation).RunAsync();
        Assert.That(result, Is.EqualTo(new SpfResult(AuthenticationVerdict.Pass, "ip4.test")));
    }

    static IEnumerable<(string Name, string Text)> Records() =>
    [
        ("all.test", "v=spf1 -all"), ("soft.test", "v=spf1 ~all"), ("neutral.test", "v=spf1 ?all"), ("empty.test", "v=spf1"),
        ("capitals.test", "V=SPF1 +ALL"), ("two.test", "v=spf1 -all"), ("two.test", "v=spf1 +all"), ("ten.test", "v=spf10 -all"),
        ("ip4.test", "v=spf1 ip4:192.0.2.128/28 -all"), ("ip6.test", "v=spf1 ip6:2001:db8:1::/48 -all"),
        ("a.test", "v=spf1 a:host.test -all"), ("cidr.test", "v=spf1 a:host.test/24//64 -all"), ("mx.test", "v=spf1 mx:exchanges.test -all"),
        ("manymx.test", "v=spf1 mx:many.test -all"), ("ptr.test", "v=spf1 ptr:host.test -all"), ("exists.test", "v=spf1 exists:%{i}._spf.exists.test -all"),
        ("include.test", "v=spf1 include:ip4.test ~all"), ("includenone.test", "v=spf1 include:host.test -all"),
        ("redirect.test", "v=spf1 redirect=ip4.test"), ("redirectnone.test", "v=spf1 redirect=host.test"), ("loop.test", "v=spf1 include:loop.test -all"),
        ("void.test", "v=spf1 a:n1.test a:n2.test a:n3.test -all"), ("twovoid.test", "v=spf1 a:n1.test a:n2.test -all"),
        ("unknown.test", "v=spf1 b:host.test -all"), ("length.test", "v=spf1 ip4:192.0.2.0/33 -all"), ("address.test", "v=spf1 ip4:192.0.2 -all"),
        ("letter.test", "v=spf1 exists:%{c}.test -all"), ("zero.test", "v=spf1 exists:%{d0}.test -all"),
        ("twice.test", "v=spf1 redirect=all.test redirect=all.test"), ("late.test", "v=spf1 +all nonsense"),
        ("toplabel.test", "v=spf1 a:host.123 -all"), ("allarg.test", "v=spf1 -all:host.test"),
        ("macro.test", "v=spf1 exists:%{l}.mobile-%{d1r-}._spf.macro.test exists:%{l}.mobile-1._spf.%{d} -all"),
    ];

    async Task ExpectAsync(string address, string sender, string expected, CancellationToken cancellation)
    {
        var evaluation = new SpfEvaluation(_client, SpfQuery.Of(IPAddress.Parse(address), sender, "client.test"), cancellation);
        Assert.That((await evaluation.RunAsync()).Verdict.ToString(), Is.EqualTo(expected));
    }
}
