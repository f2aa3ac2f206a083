using System.Text;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Authentication;

/// <summary>Whose domain a message is of (RFC 9989).</summary>
[CancelAfter(60_000)]
sealed class DmarcTests
{
    DnsServer _server = null!;
    DmarcVerifier _verifier = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await DnsServer.StartAsync(
            Policy("plain.test", "v=DMARC1; p=reject"),
            Policy("strict.test", "v=DMARC1; p=quarantine; adkim=s; aspf=s"),
            Policy("sub.test", "v=DMARC1; p=reject; sp=none; np=quarantine"),
            "host-record=there.sub.test,192.0.2.1",
            Policy("testing.test", "v=DMARC1; p=reject; t=y"),
            Policy("old.test", "v=DMARC1; p=quarantine; pct=0"),
            Policy("nopolicy.test", "v=DMARC1; rua=mailto:a@nopolicy.test"),
            Policy("two.test", "v=DMARC1; p=reject"),
            Policy("two.test", "v=DMARC1; p=none"),
            Policy("other.test", "v=spf1 -all"),
            // A public suffix with two customers, and a company that ends the walk.
            Policy("suffix.test", "v=DMARC1; p=none; psd=y"),
            Policy("one.suffix.test", "v=DMARC1; p=reject"),
            Policy("branch.plain.test", "v=DMARC1; p=reject; psd=n"));
        _verifier = new(new(new([_server.EndPoint]), TimeProvider.System));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("plain.test", "plain.test", null, "Pass")]
    [TestCase("plain.test", null, "plain.test", "Pass")]
    [TestCase("mail.plain.test", null, "plain.test", "Pass")]
    [TestCase("plain.test", "bounce.plain.test", null, "Pass")]
    [TestCase("a.plain.test", null, "b.plain.test", "Pass")]
    [TestCase("plain.test", "evil.test", "evil.test", "Fail")]
    [TestCase("plain.test", null, null, "Fail")]
    [TestCase("plain.test", "notplain.test", null, "Fail")]
    [TestCase("plain.test", "branch.plain.test", null, "Fail")]
    [TestCase("strict.test", "strict.test", null, "Pass")]
    [TestCase("strict.test", "mail.strict.test", "mail.strict.test", "Fail")]
    [TestCase("one.suffix.test", null, "two.suffix.test", "Fail")]
    [TestCase("one.suffix.test", null, "mail.one.suffix.test", "Pass")]
    [TestCase("unpublished.test", "unpublished.test", "unpublished.test", "None")]
    [TestCase("two.test", null, null, "None")]
    [TestCase("other.test", null, null, "None")]
    [TestCase("PLAIN.TEST", "plain.test", null, "Pass")]
    [TestCase("a.b.c.d.e.f.g.h.i.j.plain.test", null, "plain.test", "Pass")]
    [TestCase("plain.example", null, null, "TempError")]
    public async Task The_authenticated_domain_must_be_the_one_of_From(string author, string? spf, string? dkim, string expected, CancellationToken cancellation)
    {
        var result = await VerifyAsync($"From: ann@{author}\r\n\r\n", spf, dkim, cancellation);
        Assert.That(result.Verdict.ToString(), Is.EqualTo(expected));
    }

    [TestCase("plain.test", "Reject")]
    [TestCase("www.plain.test", "Reject")]
    [TestCase("strict.test", "Quarantine")]
    [TestCase("there.sub.test", "None")]
    [TestCase("nowhere.sub.test", "Quarantine")]
    [TestCase("testing.test", "Quarantine")]
    [TestCase("old.test", "None")]
    [TestCase("nopolicy.test", "None")]
    public async Task What_fails_has_the_policy_of_its_domain(string author, string expected, CancellationToken cancellation)
    {
        var result = await VerifyAsync($"From: ann@{author}\r\n\r\n", null, null, cancellation);
        Assert.That((result.Verdict, result.Policy.ToString()), Is.EqualTo((AuthenticationVerdict.Fail, expected)));
    }

    [TestCase("Subject: nobody\r\n\r\n")]
    [TestCase("From: ann@plain.test, eve@strict.test\r\n\r\n")]
    [TestCase("From: ann@plain.test\r\nFrom: eve@strict.test\r\n\r\n")]
    [TestCase("From: undisclosed:;\r\n\r\n")]
    [TestCase("From: \"Ann <eve@strict.test>\r\n\r\n")]
    [TestCase("From: ann@plain.test, \"x <eve@strict.test>\r\n\r\n")]
    [TestCase("From: (x <eve@strict.test>\r\n\r\n")]
    [TestCase("From: =?utf-8?Q?eve=40strict.test?=\r\n\r\n")]
    [TestCase("From: ann@plain.test\r\nFrom\v: eve@strict.test\r\n\r\n")]
    [TestCase("From: ann@plain.test\r\nSender: \"eve@strict.test\r\n\r\n")]
    public async Task A_message_without_exactly_one_author_domain_is_in_error(string header, CancellationToken cancellation)
    {
        var result = await VerifyAsync(header, "plain.test", null, cancellation);
        Assert.That(result.Verdict, Is.EqualTo(AuthenticationVerdict.PermError));
    }

    [Test]
    public async Task What_could_not_be_checked_now_does_not_fail(CancellationToken cancellation)
    {
        var result = await _verifier.VerifyAsync(
            "From: ann@plain.test\r\n\r\n"u8.ToArray(), new(AuthenticationVerdict.TempError, "plain.test"), [], cancellation);
        Assert.That((result.Verdict, result.Policy), Is.EqualTo((AuthenticationVerdict.TempError, DmarcPolicy.None)));
    }

    static string Policy(string domain, string text) => $"txt-record=_dmarc.{domain},\"{text}\"";

    Task<DmarcResult> VerifyAsync(string header, string? spf, string? dkim, CancellationToken cancellation)
    {
        var signature = dkim is null ? null : new DkimSignature(dkim, "s", "rsa-sha256", ["from"], [], new byte[9]);
        return _verifier.VerifyAsync(
            Encoding.ASCII.GetBytes(header),
            new(spf is null ? AuthenticationVerdict.Fail : AuthenticationVerdict.Pass, spf ?? "plain.test"),
            signature is null ? [] : [new(AuthenticationVerdict.Pass, null, signature)],
            cancellation);
    }
}
