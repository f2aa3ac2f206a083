using System.Text;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>Names and media types of files, as they are read back.</summary>
sealed class MessageFileTests
{
    [TestCase("short.txt")]
    [TestCase("with blank \"quotes\" and \\.txt")]
    [TestCase("Übergrößenträger €.pdf")]
    [TestCase("非常に長いファイル名が付いている添付ファイルはいくつかの部分に分けて送られます😀😀😀😀😀😀😀😀.docx")]
    [TestCase("a-very-long-name-in-ascii-that-does-not-fit-into-one-line-of-a-header-and-so-is-cut.tar.gz")]
    [TestCase("50%'s =?utf-8?Q?no?= *.txt")]
    public void File_names_are_read_again(string fileName)
    {
        var builder = MessageBuilderTests.Builder();
        builder.Attachments = [MessageFile.FromMemory("application/octet-stream", [1]) with { FileName = fileName }];
        var scan = MessageBuilderTests.Scan(builder, out var octets);
        Assert.That(scan.Folded.Body.Trim(), Is.EqualTo(CaseFolding.Fold(fileName)));
        MessageBuilderTests.AssertLines(octets);
    }

    [TestCase("text/pl@in")]
    [TestCase("")]
    [TestCase("text")]
    [TestCase("text/")]
    [TestCase("/plain")]
    [TestCase("multipart/mixed; boundary=x")]
    [TestCase("message/partial; id=1")]
    public void An_invalid_or_composite_type_is_unknown(string type) =>
        Assert.That(Sent(new MessageFile(type, Content)), Is.EqualTo("application/octet-stream"));

    [TestCase("text/calendar; method=REQUEST; charset=utf-8")]
    [TestCase("application/pkcs7-mime; smime-type=signed-data")]
    [TestCase("text/plain; charset=shift_jis; format=flowed; delsp=yes")]
    [TestCase("text/csv; header=present")]
    [TestCase("application/x-test; note=a;b", "application/x-test; note=\"a;b\"")]
    [TestCase("application/x-test; note=two words", "application/x-test; note=\"two words\"")]
    [TestCase("application/x-test; note=\"; q=\\", "application/x-test; note=\"\\\"; q=\\\\\"")]
    [TestCase("application/x-test; title=größe", "application/x-test; title*=utf-8''gr%C3%B6%C3%9Fe")]
    [TestCase("application/x-test", "application/x-test; b*c=2; d'e=3; a=1; f=")]
    [TestCase("text/html; charset=koi8-r", "TEXT/HTML ; Charset = KOI8-R; name=\"x.html\"; boundary=y", true)]
    public void Parameters_are_kept(string expected, string? written = null, bool isFolded = false)
    {
        var sent = Sent(new MessageFile(written ?? expected, Content));
        Assert.That(isFolded ? sent.ToLowerInvariant() : sent, Is.EqualTo(expected));
    }

    [Test]
    public void Parameters_can_be_given_decoded()
    {
        var file = new MessageFile("text/calendar", Content) { Parameters = [("method", "REQUEST"), ("no token", "x"), ("name", "x"), ("note", "ü \"1\"")] };
        Assert.That(Sent(file), Is.EqualTo("text/calendar; method=REQUEST; note=ü \"1\""));
    }

    [Test]
    public void A_parameter_with_a_line_end_is_rejected()
    {
        var builder = MessageBuilderTests.Builder();
        builder.Attachments = [new MessageFile("text/csv; header=\"a\r\nBcc: b@x.example\"", Content)];
        Assert.That(builder.Build, Throws.ArgumentException);
        builder.Attachments = [new MessageFile("text/csv", Content) { Parameters = [("header", "a\nb")] }];
        Assert.That(builder.Build, Throws.ArgumentException);
    }

    [Test]
    public void An_embedded_message_stays_byte_for_byte()
    {
        var within = "Subject:  a\r\n\t b\r\n\r\n \tgr\u00fc\u00df \r\nno last line end"u8.ToArray();
        var builder = MessageBuilderTests.Builder();
        builder.Attachments = [MessageFile.FromMemory("message/rfc822", within)];
        var scan = MessageBuilderTests.Scan(builder, out var octets);
        var part = scan.Root.Children[0];
        Assert.Multiple(() =>
        {
            Assert.That(octets[(int)part.BodyOffset..(int)part.EndOffset], Is.EqualTo(within));
            Assert.That(Encoding.ASCII.GetString(scan.Header.Span), Does.Contain("\r\nContent-Transfer-Encoding: 8bit\r\n"));
        });
    }

    static ValueTask<Stream> Content(CancellationToken cancellation) => new(new MemoryStream([65]));

    // The type as BODYSTRUCTURE shows it, values decoded.
    static string Sent(MessageFile file)
    {
        var builder = MessageBuilderTests.Builder();
        builder.Attachments = [file];
        var part = BodyParts.Read(MessageBuilderTests.Scan(builder, out _).BodyStructure.Span)[0];
        return string.Concat([part.ContentType, .. part.Parameters.Select(parameter => $"; {parameter.Name}={parameter.Value}")]);
    }
}
