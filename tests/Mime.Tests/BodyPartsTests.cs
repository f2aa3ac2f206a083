using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>Parts as they are read out of BODYSTRUCTURE.</summary>
sealed class BodyPartsTests
{
    [TestCase(" < part1.8f@example.org >", "part1.8f@example.org")]
    [TestCase("<\tlogo@example.org> (logo)", "logo@example.org")]
    [TestCase("\n <logo@\n example.org>", "logo@example.org")]
    [TestCase("<logo>", "logo")]
    [TestCase("logo", "logo")]
    [TestCase("logo@example.org", "logo@example.org")]
    public void Content_id(string field, string id) =>
        Assert.That(BodyParts.Read(Scanning.Scan($"Content-Type: image/png\nContent-ID:{field}\n\nx").BodyStructure.Span).Single().ContentId, Is.EqualTo(id));

    [Test]
    public void Parts_have_their_numbers_names_and_ids()
    {
        const string Message = """
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: multipart/alternative; boundary=i

            --i

            plain
            --i
            Content-Type: text/html
            Content-ID: <html@x>

            html
            --i--
            --o
            Content-Type: image/png; name="no.png"
            Content-Disposition: attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.png
            Content-Transfer-Encoding: base64

            AAAA
            --o
            Content-Type: message/rfc822

            Subject: within

            x
            --o
            Content-Disposition: attachment

            text as a file
            --o--
            """;

        var parts = BodyParts.Read(Scanning.Scan(Message).BodyStructure.Span);

        Assert.That(parts.Select(part => $"{string.Join('.', part.Path)} {part.ContentType} {part.FileName} {part.ContentId} {part.IsAttachment}"), Is.EqualTo((string[])
        [
            "1.1 text/plain   False",
            "1.2 text/html  html@x False",
            "2 image/png grüße.png  True",
            "3 message/rfc822 within.eml  True",
            "4 text/plain   True",
        ]));
    }

    [Test]
    public void A_message_that_is_no_multipart_is_its_part_1() =>
        Assert.That(BodyParts.Read(Scanning.Scan("Content-Type: application/pdf; name=a.pdf\n\nx").BodyStructure.Span).Select(part => (part.Path[0], part.FileName)), Is.EqualTo([(1, "a.pdf")]));

    [Test]
    public void No_text_has_NUL_or_half_a_character()
    {
        var scan = Scanning.Scan("Subject: =?utf-8?q?a=00b?= =?utf-16?b?2AA=?=\nFrom: =?utf-8?q?=00?= <a@b.test>\nContent-Type: a/b\nContent-Disposition: attachment; filename*=utf-8''a%00b%ED%A0%80\n\nx");

        var texts = EnvelopeReader.Subject(scan.Envelope.Span) + EnvelopeReader.FirstAddress(scan.Envelope.Span, EnvelopeField.From)?.Name
            + BodyParts.Read(scan.BodyStructure.Span)[0].FileName;

        Assert.That(texts, Does.Not.Contain('\0'));
        Assert.That(texts.Any(char.IsSurrogate), Is.False);
    }

    [TestCase("")]
    [TestCase("(")]
    [TestCase("(\"TEXT\"")]
    public void What_is_no_BODYSTRUCTURE_is_told(string text) =>
        Assert.That(() => BodyParts.Read(System.Text.Encoding.ASCII.GetBytes(text)), Throws.TypeOf<FormatException>());
}
