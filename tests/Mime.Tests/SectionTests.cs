using System.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>Where BODY[section] lies, with the example of RFC 9051 §6.4.5.1 among the messages.</summary>
sealed class SectionTests
{
    const string Nested = """
        Subject: top
        Content-Type: multipart/mixed; boundary=a

        --a

        one
        --a
        Content-Type: application/octet-stream

        two
        --a
        Content-Type: message/rfc822

        Subject: three
        Content-Type: multipart/mixed; boundary=b

        --b

        three.one
        --b
        Content-Type: application/octet-stream

        three.two
        --b--

        --a
        Content-Type: multipart/mixed; boundary=c

        --c
        Content-Type: image/gif

        four.one
        --c
        Content-Type: message/rfc822

        Subject: four.two
        Content-Type: multipart/mixed; boundary=d

        --d

        four.two.one
        --d
        Content-Type: multipart/alternative; boundary=e

        --e

        four.two.two.one
        --e
        Content-Type: text/richtext

        four.two.two.two
        --e--
        --d--
        --c
        Content-Type: message/rfc822

        Subject: four.three

        plain
        --c--
        --a--
        """;

    [TestCase("1", "one")]
    [TestCase("1.MIME", "\n")]
    [TestCase("2", "two")]
    [TestCase("2.MIME", "Content-Type: application/octet-stream\n\n")]
    [TestCase("HEADER", "Subject: top\nContent-Type: multipart/mixed; boundary=a\n\n")]
    [TestCase("3.HEADER", "Subject: three\nContent-Type: multipart/mixed; boundary=b\n\n")]
    [TestCase("3.MIME", "Content-Type: message/rfc822\n\n")]
    [TestCase("3.1", "three.one")]
    [TestCase("3.2", "three.two")]
    [TestCase("3.2.MIME", "Content-Type: application/octet-stream\n\n")]
    [TestCase("3.TEXT", "--b\n\nthree.one\n--b\nContent-Type: application/octet-stream\n\nthree.two\n--b--\n")]
    [TestCase("4.1", "four.one")]
    [TestCase("4.1.MIME", "Content-Type: image/gif\n\n")]
    [TestCase("4.2.HEADER", "Subject: four.two\nContent-Type: multipart/mixed; boundary=d\n\n")]
    [TestCase("4.2.1", "four.two.one")]
    [TestCase("4.2.2.1", "four.two.two.one")]
    [TestCase("4.2.2.2", "four.two.two.two")]
    [TestCase("4.2.2.2.MIME", "Content-Type: text/richtext\n\n")]
    [TestCase("4.3", "Subject: four.three\n\nplain")]
    [TestCase("4.3.TEXT", "plain")]
    [TestCase("4.3.1", "plain")]
    [TestCase("4.3.1.MIME", "Subject: four.three\n\n")]
    [TestCase("0", null)]
    [TestCase("5", null)]
    [TestCase("1.1", null)]
    [TestCase("1.HEADER", null)]
    [TestCase("1.TEXT", null)]
    [TestCase("4.TEXT", null)]
    [TestCase("4.3.2", null)]
    [TestCase("4.3.1.1", null)]
    [TestCase("MIME", null)]
    public void In_nested_parts(string section, string? text) => Assert.That(Read(Nested, section), Is.EqualTo(text));

    [TestCase("", "Subject: x\n\nHello\n")]
    [TestCase("HEADER", "Subject: x\n\n")]
    [TestCase("TEXT", "Hello\n")]
    [TestCase("1", "Hello\n")]
    [TestCase("1.MIME", "Subject: x\n\n")]
    [TestCase("1.1", null)]
    [TestCase("1.TEXT", null)]
    [TestCase("2", null)]
    public void In_plain_text(string section, string? text) => Assert.That(Read("Subject: x\n\nHello\n", section), Is.EqualTo(text));

    [TestCase("1", "Subject: within\n\nHello\n")]
    [TestCase("1.HEADER", "Subject: within\n\n")]
    [TestCase("1.TEXT", "Hello\n")]
    [TestCase("1.1", "Hello\n")]
    [TestCase("1.1.1", null)]
    [TestCase("TEXT", "Subject: within\n\nHello\n")]
    public void In_a_message_that_holds_a_message(string section, string? text) =>
        Assert.That(Read("Content-Type: message/rfc822\n\nSubject: within\n\nHello\n", section), Is.EqualTo(text));

    [Test]
    public void Header_fields_are_cut_from_the_whole_header()
    {
        var root = Scanning.Scan(Nested).Root;
        var header = new Section([3], SectionText.Header, []).Locate(root);
        Assert.Multiple(() =>
        {
            Assert.That(new Section([3], SectionText.HeaderFields, ["Subject"]).Locate(root), Is.EqualTo(header));
            Assert.That(new Section([3], SectionText.HeaderFieldsNot, ["Subject"]).Locate(root), Is.EqualTo(header));
        });
    }

    static string? Read(string message, string section)
    {
        var octets = Scanning.Octets(message);
        var path = section.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var text = path.Length > 0 && !char.IsAsciiDigit(path[^1][0]) ? path[^1] : "";
        var numbers = path.Where(n => char.IsAsciiDigit(n[0])).Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var what = text switch
        {
            "HEADER" => SectionText.Header,
            "TEXT" => SectionText.Text,
            "MIME" => SectionText.Mime,
            _ => SectionText.Whole,
        };
        return new Section(numbers, what, []).Locate(Scanning.Scan(octets).Root) is { } range
            ? Encoding.UTF8.GetString(octets, (int)range.Offset, (int)range.Octets).ReplaceLineEndings("\n")
            : null;
    }
}
