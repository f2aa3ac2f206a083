using System.Text;
using AgentPost.Mime.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>The text of whole messages: parts chosen, decoded, unflowed; what of it is the writer's own.</summary>
sealed class MessageTextTests
{
    [Test]
    public void Plain_text_is_preferred_and_HTML_stays_beside_it()
    {
        var text = Read("""
            Content-Type: multipart/alternative; boundary=b

            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BC=C3=9Fe

            On 1 Jan 2024 10:00, John <j@x> wrote:
            > a
            --b
            Content-Type: text/html; charset=utf-8

            <p>Grüße</p>
            --b--
            """);
        Assert.Multiple(() =>
        {
            Assert.That(text.Text, Is.EqualTo("Grüße\n\nOn 1 Jan 2024 10:00, John <j@x> wrote:\n> a"));
            Assert.That(text.ExtractedText, Is.EqualTo("Grüße"));
            Assert.That(text.Html, Is.EqualTo("<p>Grüße</p>"));
            Assert.That(text.IsTruncated, Is.False);
        });
    }

    [TestCase("<div dir=\"ltr\">Yes<br></div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, Jan 1, 2024 at 10:00 AM John &lt;<a href=\"mailto:j@x.example\">j@x.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px\"><div>When?</div></blockquote></div>", "Yes", TestName = "Html_reply_of_Gmail")]
    [TestCase("<html><body>Yes<br><div><br><blockquote type=\"cite\"><div>On 1 Jan 2024, at 10:00, John &lt;j@x.example&gt; wrote:</div><br><div>When?</div></blockquote></div>Indeed.<br></body></html>", "Yes\n\nIndeed.", TestName = "Html_reply_of_Apple_Mail")]
    [TestCase("<p>Yes</p><div class=\"moz-cite-prefix\">Am 01.01.24 um 10:00 schrieb John:<br></div><blockquote type=\"cite\" cite=\"mid:1@x\"><p>Wann?</p></blockquote><p>So.</p><div class=\"moz-signature\">-- <br>Ann</div>", "Yes\n\nSo.", TestName = "Html_reply_of_Thunderbird")]
    [TestCase("<div>Yes</div><div id=\"appendonsend\"></div><hr style=\"width:98%\"><div id=\"divRplyFwdMsg\"><font><b>From:</b> John &lt;j@x.example&gt;<br><b>Sent:</b> Monday, January 1, 2024 10:00 AM<br><b>To:</b> Ann<br><b>Subject:</b> Offer</font></div><div>When?</div>", "Yes", TestName = "Html_reply_of_Outlook")]
    [TestCase("<div>Oui</div><div class=\"yahoo_quoted\"><div>Le lundi 1 janvier 2024 à 10:00:00 UTC+1, John &lt;j@x.example&gt; a écrit :</div><div>Quand ?</div></div>", "Oui", TestName = "Html_reply_of_Yahoo")]
    public void Html_reply(string html, string own)
    {
        var text = Read($"Content-Type: text/html; charset=utf-8\n\n{html}\n");
        Assert.Multiple(() =>
        {
            Assert.That(text.ExtractedText, Is.EqualTo(own));
            Assert.That(text.Text, Does.Contain("When?").Or.Contain("Wann?").Or.Contain("Quand ?"));
            Assert.That(Scanning.Scan($"Content-Type: text/html; charset=utf-8\n\n{html}\n").Preview, Is.EqualTo(own.Replace("\n\n", " ", StringComparison.Ordinal)));
        });
    }

    [Test]
    public void Parts_that_are_read_in_place_follow_each_other()
    {
        var text = Read("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/alternative; boundary=c

            --c

            one
            --c
            Content-Type: text/html

            <p>one
            --c--
            --b
            Content-Type: text/html

            <p>two
            --b
            Content-Type: text/plain; name=notes.txt

            not this
            --b
            Content-Disposition: attachment

            nor this
            --b
            Content-Type: text/csv

            nor,this
            --b
            Content-Type: message/rfc822

            Subject: x

            nor this
            --b

            three
            --b--
            """);
        Assert.That((text.Text, text.Html), Is.EqualTo(("one\ntwo\nthree", "<p>one\n<p>two")));
    }

    [Test]
    public void An_empty_plain_part_does_not_hide_the_HTML()
    {
        var text = Read("Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>one\n--b--\n");
        Assert.That(text.Text.Trim(), Is.EqualTo("one"));
    }

    [Test]
    public void A_message_without_text_has_none() =>
        Assert.That(Read("Content-Type: image/png\n\nx"), Is.EqualTo(new MessageText("", null, "", IsTruncated: false)));

    [Test]
    public void Text_beyond_the_bound_is_left_out()
    {
        var text = Read("\n" + string.Concat(Enumerable.Repeat("0123456789abcde\n", 100_000)));
        Assert.That((text.IsTruncated, text.Text.Length), Is.EqualTo((true, MessageTextReader.MaxChars - MessageTextReader.MaxChars / 17)));
    }

    [TestCase("one \ntwo\nthree", "one two\nthree", TestName = "Flowed_lines_go_on")]
    [TestCase("> one \n> two\n>> three \n>> four\nfive", "> one two\n>> three four\nfive", TestName = "Flowed_quotes")]
    [TestCase("> one \ntwo", "> one \ntwo", TestName = "Flowed_paragraph_ends_where_the_depth_changes")]
    [TestCase(" From x\n  y\n > z", "From x\n y\n> z", TestName = "Flowed_stuffing")]
    [TestCase("a\n-- \nAnn", "a\n-- \nAnn", TestName = "Flowed_signature")]
    [TestCase("one \n\ntwo", "one \n\ntwo", TestName = "Flowed_empty_line_after_a_soft_one")]
    [TestCase("a  b \n\n\n", "a  b \n\n\n", TestName = "Flowed_empty_lines")]
    public void Flowed(string body, string text) => Assert.That(Read($"Content-Type: text/plain; format=flowed\n\n{body}").Text, Is.EqualTo(text));

    [Test]
    public void Flowed_with_blanks_to_be_deleted() =>
        Assert.That(Read("Content-Type: text/plain; charset=utf-8; Format=Flowed; DelSp=Yes\n\n日本 \n語。 \nx  \ny\n").Text, Is.EqualTo("日本語。x y\n"));

    [Test]
    public void Preview_and_search_read_flowed_text()
    {
        var scan = Scanning.Scan("Content-Type: text/plain; format=flowed\n\none \ntwo\n");
        Assert.That((scan.Preview, scan.Folded.Body), Is.EqualTo(("one two", "one two\n")));
    }

    [TestCase("On 1 Jan 2024 10:00, John <j@x> wrote:\n> old words\n\nNew words.\n", "New words.")]
    [TestCase("> old\n> words", "> old > words")]
    [TestCase("\u200B\u00AD \nHello\n\n-- \nAnn", "Hello")]
    public void Preview_is_of_the_writers_own_words(string body, string preview) => Assert.That(Scanning.Scan("Content-Type: text/plain; charset=utf-8\n\n" + body).Preview, Is.EqualTo(preview));

    [Test]
    public void Preview_of_an_answer_far_below_its_quote() => Assert.That(
        Scanning.Scan("\n" + string.Concat(Enumerable.Repeat("> old words\n", 300)) + "\nNew words.\n").Preview, Is.EqualTo("New words."));

    [Test]
    public void Preview_of_a_long_text() => Assert.That(
        Scanning.Scan("\n" + string.Concat(Enumerable.Repeat("0123456789abcdefgh\n", 300))).Preview, Is.EqualTo(string.Concat(Enumerable.Repeat("0123456789abcdefgh ", 20))[..200]));

    [TestCase("utf8", "C3A9", "é")]
    [TestCase("UTF-8", "E9", "é")]
    [TestCase("us-ascii", "C3A9E993", "Ã©é“")]
    [TestCase("ascii", "E9", "é")]
    [TestCase("cp1252", "93", "“")]
    [TestCase("iso-8859-1", "93", "“")]
    [TestCase("ISO_8859-1:1987", "E9", "é")]
    [TestCase("iso8859-5", "D0", "а")]
    [TestCase("ISO-8859-7", "E1", "α")]
    [TestCase("iso-8859-8-i", "E0", "א")]
    [TestCase("iso_8859-15", "A4", "€")]
    [TestCase("windows-1251", "E0", "а")]
    [TestCase("cp-1250", "9C", "ś")]
    [TestCase("koi8-u", "A4", "є")]
    [TestCase("x-sjis", "93FA", "日")]
    [TestCase("Shift-JIS", "93FA", "日")]
    [TestCase("iso-2022-jp", "1B2442467C1B2842", "日")]
    [TestCase("euc-jp", "C6FC", "日")]
    [TestCase("gb2312", "C4E3", "你")]
    [TestCase("gbk", "8CA2", "將")]
    [TestCase("gb18030", "C4E3", "你")]
    [TestCase("big5", "A741", "你")]
    [TestCase("ks_c_5601-1987", "B0A1", "가")]
    [TestCase("euc-kr", "B0A1", "가")]
    [TestCase("utf-16le", "6500", "e")]
    [TestCase("utf-7", "2B414F6B2D", "é")]
    [TestCase("unicode-1-1-utf-7", "61202B414F6B2D20622B2D63", "a é b+c")]
    [TestCase("macintosh", "8E", "é")]
    [TestCase("ibm850", "82", "é")]
    [TestCase("\"windows-1252\"", "80", "€")]
    [TestCase("unknown-8bit", "E9", "é")]
    [TestCase("", "E9", "é")]
    public void Charset(string name, string octets, string text)
    {
        byte[] message = [.. Encoding.ASCII.GetBytes($"Content-Type: text/plain; charset={name}\r\n\r\n"), .. Convert.FromHexString(octets)];
        Assert.That(ReadInPieces(message, []).Text, Is.EqualTo(text));
    }

    [FsCheck.NUnit.Property(MaxTest = 1_000, EndSize = 120)]
    public Property Text_is_the_same_in_pieces()
    {
        string[] pieces =
        [
            "\r\n", "\n", "--b\r\n", "\r\n--b\r\n", "\r\n--b--\r\n", "Content-Type: text/html; charset=utf-8\r\n\r\n", "Content-Type: text/plain; format=flowed\r\n\r\n", "Content-Transfer-Encoding: quoted-printable\r\n",
            " ", "> ", ">", "é", "=E9", "=\r\n", "<p>", "<blockquote>", "</blockquote>", "<!--", "-->", "&amp;", "word", "-- \r\n", "On 1 Jan 2024 10:00, a@b wrote:\r\n", "\r", "\0",
        ];
        var cases = from body in Gen.Elements(pieces).ArrayOf() from lengths in Gen.Choose(0, 20).ArrayOf() select (body, lengths);
        return Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var message = Encoding.UTF8.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + string.Concat(c.body));
            return ReadInPieces(message, c.lengths) == ReadInPieces(message, []) && !ReadInPieces(message, []).Text.Contains('\0');
        });
    }

    static MessageText Read(string message) => ReadInPieces(Scanning.Octets(message), []);

    static MessageText ReadInPieces(byte[] message, IEnumerable<int> lengths)
    {
        var reader = new MessageTextReader();
        var rest = message.AsSpan();
        foreach (var length in lengths)
        {
            var piece = rest[..Math.Min(rest.Length, length)];
            reader.Write(piece);
            rest = rest[piece.Length..];
        }
        reader.Write(rest);
        return reader.Complete();
    }
}
