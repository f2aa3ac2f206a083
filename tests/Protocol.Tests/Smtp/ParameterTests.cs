using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Tests.Smtp;

sealed class ParameterTests
{
    [TestCase("rfc822;ann@a.test", "rfc822;ann@a.test")]
    [TestCase("RFC822;ann+2Btag@a.test", "RFC822;ann+tag@a.test")]
    [TestCase("x-local;a;b", "x-local;a;b")]
    [TestCase("rfc822;J+C3+B6rg@a.test", "rfc822;Jörg@a.test")]
    [TestCase(@"utf-8;J\x{F6}rg@a.test", @"utf-8;J\x{F6}rg@a.test")]
    [TestCase("utf-8;Jörg@a.test", @"utf-8;J\x{F6}rg@a.test")]
    [TestCase("UTF-8;🦊@a.test", @"UTF-8;\x{1F98A}@a.test")]
    [TestCase("", null)]
    [TestCase("rfc822", null)]
    [TestCase("rfc822;", null)]
    [TestCase(";ann@a.test", null)]
    [TestCase("two words;ann@a.test", null)]
    [TestCase("rfc822;Jörg@a.test", null)]
    [TestCase("rfc822;a+0Db", null)]
    [TestCase(@"utf-8;\x{G}", null)]
    [TestCase(@"utf-8;a\b", null)]
    [TestCase("utf-8;a+b", null)]
    [TestCase("utf-8;a\nb", null)]
    public void An_original_recipient_is_kept_decoded(string value, string? expected) => Assert.That(OriginalRecipient.Decode(value), Is.EqualTo(expected));

    [Test]
    public void All_that_MAIL_says_is_heard()
    {
        Assert.That(Mail(" SIZE=10 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb HOLDUNTIL=2030-01-01T00:00:00Z", out var parameters), Is.Null);
        Assert.That(parameters, Is.EqualTo(new MailParameters
        {
            DeclaredSize = 10,
            IsInternational = true,
            Return = ReturnedContent.Header,
            EnvelopeId = "a+b",
            Release = new(null, new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            OfSubmission = "RET",
        }));
        Assert.That(parameters.Release!.ToString(), Is.EqualTo("until;2030-01-01T00:00:00Z"));
    }

    [Test]
    public void A_release_after_some_time_counts_from_now()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var release = FutureRelease.ParseInterval("3600");
        Assert.That((release!.At(now), release.ToString()), Is.EqualTo((now.AddHours(1), "for;3600")));
    }

    [TestCase("NEVER", NotifyWhen.Never)]
    [TestCase("delay", NotifyWhen.Delay)]
    [TestCase("FAILURE,SUCCESS", NotifyWhen.Success | NotifyWhen.Failure)]
    [TestCase("DELAY,DELAY", NotifyWhen.Delay)]
    public void What_to_be_told_of_is_a_list(string value, NotifyWhen expected)
    {
        var reader = new ArgumentReader(Encoding.UTF8.GetBytes($" NOTIFY={value}"));
        Assert.That(RecipientParameters.Parse(ref reader, out var notice), Is.Null);
        Assert.That(notice, Is.EqualTo(new RecipientNotice(expected, null)));
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void Nothing_breaks_the_parser(FsCheck.NonNull<string> text)
    {
        foreach (var name in new[] { "", "ORCPT=utf-8;", "ENVID=", "HOLDUNTIL=", "HOLDFOR=", "NOTIFY=", "SIZE=" })
        {
            Mail($" {name}{text.Get}", out _);
            var reader = new ArgumentReader(Encoding.UTF8.GetBytes($" {name}{text.Get}"));
            RecipientParameters.Parse(ref reader, out _);
        }
    }

    static Reply? Mail(string text, out MailParameters parameters)
    {
        var reader = new ArgumentReader(Encoding.UTF8.GetBytes(text));
        return MailParameters.Parse(ref reader, out parameters);
    }
}
