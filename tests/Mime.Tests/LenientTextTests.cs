using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;

namespace AgentPost.Mime.Tests;

/// <summary>Text that says too little, or something wrong, about its charset, structure or lines.</summary>
sealed class LenientTextTests
{
    // What mail in other charsets looks like when nothing names them.
    static readonly string[] Charsets = ["shift_jis", "gb18030", "big5", "euc-kr", "koi8-r", "windows-1251", "iso-8859-7"];

    const string Words = "会議は三時からです 日本語 привет καλημέρα 안녕";

    [TestCaseSource(nameof(Charsets))]
    public void A_field_without_charset_is_read_with_one_charset(string charset)
    {
        var octets = Encoded(charset, Words);
        var scan = Scanning.Scan([.. "Subject: "u8, .. octets, .. "\r\nFrom: "u8, .. Encoded(charset, "会 п"), .. " <a@b.example>\r\n\r\n"u8]);
        Assert.Multiple(() =>
        {
            Assert.That(EnvelopeReader.Subject(scan.Envelope.Span), Is.EqualTo(Shown(octets)));
            Assert.That(EnvelopeReader.FirstAddress(scan.Envelope.Span, EnvelopeField.From)?.Name, Is.EqualTo(Shown(Encoded(charset, "会 п"))));
        });
    }

    [TestCaseSource(nameof(Charsets))]
    public void A_body_without_charset_is_read_with_one_charset(string charset)
    {
        byte[] body = [.. Encoded(charset, Words), .. "\r\n"u8, .. Encoding.UTF8.GetBytes("é\r\n"), .. Encoded(charset, Words)];
        Assert.That(Read([.. "\r\n"u8, .. body]).Text, Is.EqualTo(Encoding.GetEncoding(1252).GetString(body).ReplaceLineEndings("\n")));
    }

    [TestCase(0)]
    [TestCase(3_000)]
    [TestCase(16_384 - 2)]
    [TestCase(40_000)]
    public void Long_UTF_8_with_a_wrong_byte_stays_UTF_8(int before)
    {
        var text = new string('x', before) + string.Concat(Enumerable.Repeat("Grüße aus Köln, 日本語. ", 2_000));
        var octets = Encoding.UTF8.GetBytes(text);
        byte[] message = [.. "\r\n"u8, .. octets[..(before + 10_000)], 0xFC, .. octets[(before + 10_000)..]];
        Assert.That(Read(message).Text.Count(c => c == '\uFFFD'), Is.InRange(1, 2));
        Assert.That(Read(message).Text, Does.EndWith("日本語. ").And.StartWith(text[..(before + 5_000)]));
    }

    [Test]
    public void A_subject_of_UTF_8_with_a_wrong_byte_stays_UTF_8() =>
        Assert.That(EncodedWords.Decode([.. Encoding.UTF8.GetBytes("Grüße aus Köln "), 0xFC]), Is.EqualTo("Grüße aus Köln \uFFFD"));

    [TestCase("text/plain")]
    [TestCase("text/plain; charset=us-ascii")]
    [TestCase("text/plain; charset=\"\"")]
    [TestCase("text/plain; charset=utf-8")]
    [TestCase("text/html")]
    public void ISO_2022_JP_without_its_charset(string type)
    {
        var body = Encoding.GetEncoding(50220).GetBytes(new string('x', 5_000) + " 会議は三時からです。");
        byte[] message = [.. Encoding.ASCII.GetBytes($"Content-Type: {type}\r\n\r\n"), .. body];
        Assert.Multiple(() =>
        {
            Assert.That(Read(message).Text, Does.EndWith("x 会議は三時からです。"));
            Assert.That(Scanning.Scan(message).Folded.Body, Does.Contain("会議は三時からです。"));
        });
    }

    [Test]
    public void ISO_2022_JP_in_fields()
    {
        var word = Encoding.Latin1.GetString(Encoding.GetEncoding(50220).GetBytes("会議"));
        var scan = Scanning.Scan($"Subject: {word}\nFrom: {word} <a@b.example>\nContent-Disposition: attachment; filename=\"{word}\"\n\n");
        Assert.Multiple(() =>
        {
            Assert.That(EnvelopeReader.Subject(scan.Envelope.Span), Is.EqualTo("会議"));
            Assert.That(EnvelopeReader.FirstAddress(scan.Envelope.Span, EnvelopeField.From)?.Name, Is.EqualTo("会議"));
            Assert.That(BodyParts.Read(scan.BodyStructure.Span).Single().FileName, Is.EqualTo("会議"));
        });
    }

    [TestCase("<{0}> <a@b.example>, c@d.example", "a@b.example c@d.example")]
    [TestCase("\"{0}\" <a@b.example>, c@d.example", "a@b.example c@d.example")]
    [TestCase("a@b.example ({0}), c@d.example", "a@b.example c@d.example")]
    [TestCase("{0} <a@b.example>, {0} <c@d.example>", "a@b.example c@d.example")]
    public void ISO_2022_JP_around_addresses(string field, string addresses)
    {
        // Its octets are quotes, brackets, backslashes and at signs.
        var word = Encoding.Latin1.GetString(Encoding.GetEncoding(50220).GetBytes("≦弌ぢ＼Б┐い☆会")).Replace("\u001b(B", "\u001b$B\"<>@(),;\\\u001b(B", StringComparison.Ordinal);
        field = field.Replace("<{0}>", "{0}", StringComparison.Ordinal).Replace("{0}", word, StringComparison.Ordinal);
        Assert.That(string.Join(' ', HeaderAddresses.Of(Encoding.Latin1.GetBytes($"To: {field}\r\n\r\n"), "To"u8)), Is.EqualTo(addresses));
    }

    [Test]
    public void Escape_characters_alone_are_not_Japanese() => Assert.That(Read("\n\u001b[1mbold\u001b[0m\nüber").Text, Is.EqualTo("\u001b[1mbold\u001b[0m\nüber"));

    [TestCase("charset*=us-ascii''koi8-r")]
    [TestCase("charset*0=koi8; charset*1=-r")]
    [TestCase("CHARSET*='en'koi8-r")]
    [TestCase("charset=x-unknown; charset*=''koi8-r")]
    public void Charset_in_any_form_of_RFC_2231(string parameter) =>
        Assert.That(Read([.. Encoding.ASCII.GetBytes($"Content-Type: text/plain; {parameter}\r\n\r\n"), 0xF0, 0xD2]).Text, Is.EqualTo("Пр"));

    [Test]
    public void Flowed_in_the_form_of_RFC_2231() =>
        Assert.That(Read("Content-Type: text/plain; format*=''flowed; delsp*=us-ascii''yes\n\na \nb").Text, Is.EqualTo("ab"));

    [TestCase("multipart/alternative; boundary=\"Mail=_7F2A\"\n\nThe code is 551807.\n", TestName = "Multipart_without_its_boundary_is_text")]
    [TestCase("multipart/mixed\n\nThe code is 551807.\n", TestName = "Multipart_without_a_boundary_parameter_is_text")]
    [TestCase("multipart/mixed; boundary=\"\"\n\nThe code is 551807.\n", TestName = "Multipart_with_an_empty_boundary_is_text")]
    [TestCase("multipart/mixed; boundary=abc\n\n--ABC\n\nThe code is 551807.\n--ABC--\n", TestName = "Multipart_with_a_boundary_in_another_case_is_text")]
    [TestCase("multipart/mixed; boundary=\"Mail=_7F\"\n\n--Mail=_7F2A\n\nThe code is 551807.\n", TestName = "Multipart_with_a_boundary_cut_short_is_text")]
    [TestCase("multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\nThe code is 551807.\n", TestName = "Multipart_in_base64_without_its_boundary_is_text")]
    [TestCase("multipart/mixed\nContent-Transfer-Encoding: quoted-printable\n\nThe code is 551807. =41\n", TestName = "Multipart_in_quoted_printable_is_text")]
    [TestCase("multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\nThe code is 551807.\n--o--\n", TestName = "Multipart_within_without_its_boundary_is_text")]
    public void Multipart(string message)
    {
        message = "Content-Type: " + message;
        var scan = Scanning.Scan(message);
        var text = Read(message);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Body(), Does.Contain("\"TEXT\" \"PLAIN\"").And.Not.Contain("BASE64").And.Not.Contain("QUOTED"));
            Assert.That(text.Text, Does.Contain("The code is 551807."));
            Assert.That(text.ExtractedText, Does.Contain("The code is 551807."));
            Assert.That(scan.Folded.Body, Does.Contain("the code is 551807."));
            Assert.That(scan.Preview, Does.Contain("The code is 551807."));
        });
    }

    [Test]
    public void The_preamble_of_a_multipart_is_not_text()
    {
        const string Message = "Content-Type: multipart/mixed; boundary=b\n\nThis is a multi-part message in MIME format.\n--b\n\nHello\n--b--\nepilogue";
        var scan = Scanning.Scan(Message);
        Assert.That((Read(Message).Text, scan.Folded.Body, scan.Preview), Is.EqualTo(("Hello", "hello\n", "Hello")));
    }

    [Test]
    public void The_preamble_may_be_long()
    {
        var preamble = string.Concat(Enumerable.Repeat("0123456789abcde\n", 100_000));
        var whole = Read($"Content-Type: multipart/mixed; boundary=b\n\n{preamble}--b\n\nHello\n--b--\n");
        var broken = Read($"Content-Type: multipart/mixed; boundary=c\n\n{preamble}--b\n\nHello\n--b--\n");
        Assert.Multiple(() =>
        {
            Assert.That((whole.Text, whole.IsTruncated), Is.EqualTo(("Hello", false)));
            Assert.That(broken.IsTruncated, Is.True);
        });
    }

    [TestCase("=?utf-8?B?TmV3IHZvaWNlIG1haWwK?=", "New voice mail")]
    [TestCase("=?utf-8?B?SGkNCkJjYzogeEBleGFtcGxlLm5ldA0K?=", "Hi Bcc: x@example.net")]
    [TestCase("=?utf-8?Q?a=00b?=", "a b")]
    [TestCase("=?utf-8?Q?a=C2=85=E2=80=A8b?=", "a b")]
    [TestCase("=?utf-8?Q?=0D=0A?=", "")]
    [TestCase("a\n\tb", "a b")]
    public void Decoded_text_is_on_one_line(string field, string shown)
    {
        var scan = Scanning.Scan($"Subject: {field}\nFrom: {field} <a@b.example>\nContent-Type: image/png; name=\"{field}\"\n\n");
        Assert.Multiple(() =>
        {
            Assert.That(EnvelopeReader.Subject(scan.Envelope.Span), Is.EqualTo(shown));
            Assert.That(BodyParts.Read(scan.BodyStructure.Span).Single().FileName, Is.EqualTo(shown));
        });
    }

    [TestCase("<a@b> (c)", "a@b")]
    [TestCase("a@b", "a@b")]
    [TestCase("< a@b > <c@d>", "a@b")]
    [TestCase("your mail", null)]
    public void In_reply_to(string field, string? id) =>
        Assert.That(EnvelopeReader.InReplyTo(Scanning.ScanHeader("In-Reply-To: " + field).Envelope.Span), Is.EqualTo(id));

    // Characters that the charset does not have become question marks.
    static byte[] Encoded(string charset, string text) => Encoding.GetEncoding(charset).GetBytes(text);

    // On one line.
    static string Shown(byte[] octets) => string.Concat(Encoding.GetEncoding(1252).GetString(octets).Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    static MessageText Read(string message) => Read(Scanning.Octets(message));

    static MessageText Read(byte[] message)
    {
        var reader = new MessageTextReader();
        reader.Write(message);
        return reader.Complete();
    }
}
