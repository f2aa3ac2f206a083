using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>File names of attached messages, which have none.</summary>
sealed class AttachedMessageNameTests
{
    [TestCase("Original one", "Original one.eml")]
    [TestCase("=?utf-8?q?Angebot_f=C3=BCr_Ann?=", "Angebot für Ann.eml")]
    [TestCase("a/b\\c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j.eml")]
    [TestCase("..\\..\\boot", "_.._boot.eml")]
    [TestCase("=?utf-8?q?a=00b=0D=0Ac?=", "a b c.eml")]
    [TestCase("=?utf-8?q?a=E2=80=AEb?=", "a_b.eml")]
    [TestCase("   ", "message.eml")]
    [TestCase("???", "message.eml")]
    [TestCase("...", "message.eml")]
    public void Named_after_the_subject(string subject, string name) => Assert.That(Names($"Subject: {subject}"), Is.EqualTo((string[])[name]));

    [Test]
    public void A_long_subject_is_cut() => Assert.That(Names($"Subject: {new string('x', 300)}").Single(), Is.EqualTo(new string('x', 100) + ".eml"));

    [Test]
    public void Without_a_subject() => Assert.That(Names("From: a@b.example"), Is.EqualTo((string[])["message.eml"]));

    [Test]
    public void The_same_subject_twice() =>
        Assert.That(Names("Subject: x", "Subject: X", "Subject: x"), Is.EqualTo((string[])["x.eml", "X (2).eml", "x (3).eml"]));

    [Test]
    public void A_file_name_counts_more()
    {
        const string Part = "--b\nContent-Type: message/rfc822\n";
        var scan = Scanning.Scan($"Content-Type: multipart/mixed; boundary=b\n\n{Part}\nSubject: a\n\nx\n{Part}Content-Disposition: attachment; filename=a.eml\n\nSubject: y\n\nx\n--b--\n");
        Assert.That(BodyParts.Read(scan.BodyStructure.Span).Select(part => part.FileName), Is.EqualTo((string[])["a (2).eml", "a.eml"]));
        Assert.That(scan.Body(), Does.Not.Contain("a (2)"));
    }

    [TestCase("message/global", "x.eml")]
    [TestCase("message/rfc822\nContent-Transfer-Encoding: base64", "message.eml")]
    [TestCase("message/delivery-status", null)]
    public void Types(string type, string? name) =>
        Assert.That(BodyParts.Read(Scanning.Scan($"Content-Type: {type}\n\nSubject: x\n\ny").BodyStructure.Span).Single().FileName, Is.EqualTo(name));

    [Test, MaxTime(10_000)]
    public void Many_messages_with_one_subject()
    {
        var parts = string.Concat(Enumerable.Repeat("--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n", 4_000));
        var names = BodyParts.Read(Scanning.Scan($"Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n").BodyStructure.Span).Select(part => part.FileName);
        Assert.That(names.Distinct().Count(), Is.EqualTo(4_000));
    }

    static IEnumerable<string?> Names(params string[] headers) =>
        BodyParts.Read(Scanning.Scan($"Content-Type: multipart/mixed; boundary=b\n\n{string.Concat(headers.Select(header => $"--b\nContent-Type: message/rfc822\n\n{header}\n\nx\n"))}--b--\n").BodyStructure.Span)
            .Select(part => part.FileName);
}
