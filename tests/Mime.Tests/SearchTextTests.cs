using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Tests;

/// <summary>Folded text, preview and ids.</summary>
sealed class SearchTextTests
{
    [Test]
    public void Fields_are_decoded_and_folded()
    {
        var folded = Scanning.ScanHeader("""
            From: =?utf-8?Q?J=C3=9CRGEN?= <J@X.de>, root
            To: Team: A <a@b>, c@d;
            Cc: "Doe, John" <john@x>
            Bcc: (Hidden) h@x
            Subject: =?utf-8?Q?Gr=C3=9C=C3=9Fe?=
             =?utf-8?Q?_aus?= BERLIN
            """).Folded;
        Assert.Multiple(() =>
        {
            Assert.That(folded.From, Is.EqualTo("jürgen <j@x.de>, root"));
            Assert.That(folded.To, Is.EqualTo("team, a <a@b>, c@d"));
            Assert.That(folded.Cc, Is.EqualTo("doe, john <john@x>"));
            Assert.That(folded.Bcc, Is.EqualTo("hidden <h@x>"));
            Assert.That(folded.Subject, Is.EqualTo("grüße aus berlin"));
            Assert.That(folded.Header, Does.EndWith("\nsubject: grüße aus berlin\n"));
            Assert.That(folded.Body, Is.Empty);
        });
    }

    [TestCase("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe, soft=\n break =  \nend=2\n", "Grüße, soft break end=2", TestName = "Quoted_printable")]
    [TestCase("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nR3LDvM\nOfZQ==\n", "Grüße", TestName = "Base64_cut_within_a_character")]
    [TestCase("Content-Type: text/plain; charset=x-unknown\n\nGrüße\n", "Grüße", TestName = "Unknown_charset")]
    [TestCase("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe =96 dash\n", "Grüße – dash", TestName = "Latin_1_is_read_as_its_superset")]
    [TestCase("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<html><META Charset=3D'koi8-r'><p>=CD=C9=D2\n", "мир", TestName = "Html_that_names_its_charset_itself")]
    [TestCase("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<meta http-equiv=3DContent-Type content=3D\"text/html; charset=3Dwindows-1251\"><p>=EC=E8=F0\n", "мир", TestName = "Html_that_names_its_charset_as_a_field")]
    [TestCase("Content-Type: text/html; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n\n<meta charset=3Dwindows-1251><p>=CD=C9=D2\n", "мир", TestName = "The_parts_charset_counts_before_that_of_the_document")]
    [TestCase("Content-Type: text/html\n\n<meta charset=utf-16><p>Grüße\n", "Grüße", TestName = "Html_that_was_in_another_charset_once")]
    [TestCase("Content-Type: text/html; charset=utf-8\n\n<html><head><title>No</title><style>p { a: b }</style></head><body><p>Hello<br>big <b>w</b>orld</p><!-- no > --><script>if (a<b) no()</script><p class='>'>A &amp; B&nbsp;&eacute;&#8364; 1 < 2</body>\n", "Hello big world A & B é€ 1 < 2", TestName = "Html")]
    public void Body_and_preview(string message, string text)
    {
        var scan = Scanning.Scan(message);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Preview, Is.EqualTo(text));
            Assert.That(scan.Folded.Body.ReplaceLineEndings(" ").Trim(), Is.EqualTo(CaseFolding.Fold(text)));
        });
    }

    [TestCase("<p><a href=\"https://Shop.example.com/reset?t=9f2c&amp;u=1\">Reset</a></p>", "https://shop.example.com/reset?t=9f2c&u=1", "Reset")]
    [TestCase("<img src='https://x.example/logo.png'>Hi", "https://x.example/logo.png", "Hi")]
    [TestCase("<form action=https://x.example/confirm>Yes</form>", "https://x.example/confirm", "Yes")]
    [TestCase("<a href='mailto:help@x.example'>Help</a>", "mailto:help@x.example", "Help")]
    [TestCase("<a href=\"https://x.example/\na\n b\">Split</a>", "https://x.example/a b", "Split")]
    [TestCase("<a href=https://x.example/1>One</a><a href=https://x.example/1>Two</a>", "https://x.example/1", "OneTwo")]
    public void Addresses_in_HTML_are_found_and_not_previewed(string html, string address, string text)
    {
        var scan = Scanning.Scan("Content-Type: text/html\n\n" + html + "\n");

        Assert.That(scan.Folded.Body.ReplaceLineEndings("\n").Trim(), Is.EqualTo($"{CaseFolding.Fold(text)}\n{address}"));
        Assert.That(scan.Preview, Is.EqualTo(text));
    }

    [Test]
    public void Soft_line_breaks_do_not_split_an_address_and_content_in_an_attribute_is_none()
    {
        var scan = Scanning.Scan("""
            Content-Type: multipart/alternative; boundary=b

            --b

            No link
            --b
            Content-Type: text/html
            Content-Transfer-Encoding: quoted-printable

            <a href=3D"https://x.exam=
            ple/long">Link</a><img src=3D"data:image/png;base64,AAAA">
            --b--
            """);

        Assert.That(scan.Folded.Body, Does.Contain("https://x.example/long").And.Not.Contain("data:"));
    }

    [Test]
    public void All_text_parts_file_names_and_headers_within_are_found()
    {
        var scan = Scanning.Scan("""
            Subject: top
            Content-Type: multipart/mixed; boundary=b

            preamble
            --b

            first
            --b
            Content-Type: text/plain; name=notes.txt
            Content-Disposition: attachment

            second
            --b
            Content-Type: application/pdf
            Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.pdf
            Content-Transfer-Encoding: base64

            c2VjcmV0
            --b
            Content-Type: message/rfc822

            Subject: =?utf-8?Q?INN=C3=8BR?=

            third
            --b--
            epilogue
            """);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Folded.Body, Is.EqualTo("first\nnotes.txt\nsecond\n€.pdf\nsubject: innër\nthird\n"));
            Assert.That(scan.Preview, Is.EqualTo("first"));
        });
    }

    [Test]
    public void Preview_is_of_the_first_part_that_says_something()
    {
        var scan = Scanning.Scan("Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>Hello</p>\n--b--\n");
        Assert.That(scan.Preview, Is.EqualTo("Hello"));
    }

    [Test]
    public void Preview_ends_between_characters()
    {
        var scan = Scanning.Scan("Content-Type: text/plain; charset=utf-8\n\n" + "x" + string.Concat(Enumerable.Repeat("😀", 150)));
        Assert.That(scan.Preview, Is.EqualTo("x" + string.Concat(Enumerable.Repeat("😀", 99))));
    }

    [Test]
    public void Text_beyond_a_mebibyte_of_characters_is_left_out()
    {
        var scan = Scanning.Scan("Subject: x\n\n" + string.Concat(Enumerable.Repeat("0123456789abcdef", 100_000)));
        Assert.That(scan.Folded.Body, Has.Length.EqualTo(1 << 20));
    }

    [Test]
    public void Charsets_of_all_platform_encodings_decode_any_octets()
    {
        var random = new Random(1);
        var octets = new byte[5_000];
        random.NextBytes(octets);
        Assert.Multiple(() =>
        {
            string[] unlisted = ["iso-2022-jp", "csISO2022JP", "iso-2022-kr", "euc-jp", "hz-gb-2312", "gb18030", "utf-7"];
            foreach (var charset in Encoding.GetEncodings().Select(e => e.Name).Concat(unlisted))
            {
                byte[] message = [.. Encoding.ASCII.GetBytes($"Content-Type: text/plain; charset={charset}\r\n\r\n"), .. octets];
                var pieces = Scanning.ScanInPieces(message, Enumerable.Repeat(7, message.Length / 7));
                Assert.That(pieces.Folded.Body, Is.EqualTo(Scanning.Scan(message).Folded.Body).And.Not.Empty, charset);
            }
        });
    }

    [TestCase("<a@b>", "a@b")]
    [TestCase(" (c) <a@b> (d)", "a@b")]
    [TestCase("<a\r\n @b>", "a@b")]
    [TestCase("<<a@b>", "a@b")]
    [TestCase("a@b", "a@b")]
    [TestCase("<a@b", "a@b")]
    [TestCase("\"a@b\"", "a@b")]
    [TestCase("a@b (c@d)", "a@b")]
    [TestCase("<a@b> (c", "a@b")]
    [TestCase("(c@d <a@b>", "a@b")]
    [TestCase("id of today: a@b", "a@b")]
    [TestCase("a@b of c@d today", null)]
    [TestCase("c@d <a@b>", "a@b")]
    [TestCase("\t< a@b >", "a@b")]
    [TestCase("<grö\u00dfe-7@example.org>", "größe-7@example.org")]
    [TestCase("outage", null)]
    [TestCase("@b", null)]
    [TestCase("<>", null)]
    [TestCase("", null)]
    public void Message_id(string field, string? id) => Assert.That(Scanning.ScanHeader("Message-Id: " + field).InternetMessageId, Is.EqualTo(id));

    [Test]
    public void Message_id_of_more_than_998_octets_is_malformed() => Assert.Multiple(() =>
    {
        Assert.That(Scanning.ScanHeader($"Message-ID: <{new string('x', 998)}>").InternetMessageId, Has.Length.EqualTo(998));
        Assert.That(Scanning.ScanHeader($"Message-ID: <{new string('x', 999)}>").InternetMessageId, Is.Null);
    });

    [Test]
    public void References_come_before_In_Reply_To_and_only_once() => Assert.That(
        Scanning.ScanHeader("In-Reply-To: Your mail <3@x> <2@x>\nReferences: <1@x>\n <2@x><1@x>").References,
        Is.EqualTo((string[])["1@x", "2@x", "3@x"]));

    [TestCase("bare@example.net <c@example.net>", "bare@example.net c@example.net")]
    [TestCase("a@b c@d,<e@f>", "a@b c@d e@f")]
    [TestCase("<a@b <c@d> <e@f", "a@b c@d e@f")]
    [TestCase("Ann's <ann@x.example> message <e@f> of Monday by c@d", "ann@x.example e@f")]
    [TestCase("message of Monday (a@b) c@d", "c@d")]
    public void References_without_brackets(string field, string ids) => Assert.Multiple(() =>
    {
        Assert.That(string.Join(' ', Scanning.ScanHeader("References: " + field).References), Is.EqualTo(ids));
        Assert.That(string.Join(' ', Scanning.ScanHeader("In-Reply-To: " + field).References), Is.EqualTo(ids));
    });

    [Test]
    public void Of_too_many_references_the_last_are_kept()
    {
        var references = Scanning.ScanHeader("References: " + string.Concat(Enumerable.Range(1, 150).Select(i => $"<{i}>"))).References;
        Assert.That(references, Has.Count.EqualTo(100).And.EqualTo(Enumerable.Range(51, 100).Select(i => $"{i}")));
    }
}
