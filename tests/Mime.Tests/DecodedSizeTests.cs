using System.Text;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Tests;

/// <summary>The decoded sizes of attachments.</summary>
sealed class DecodedSizeTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(56)]
    [TestCase(57)]
    [TestCase(58)]
    [TestCase(1_000)]
    [TestCase(262_144)]
    [TestCase(50 << 20)]
    public void Base64_of_any_length(int size) => Assert.That(
        SizeOf("base64", Convert.ToBase64String(new byte[size], Base64FormattingOptions.InsertLineBreaks)), Is.EqualTo(size));

    [TestCase("base64", "QUJD\nREU=\nRkc=", 7, TestName = "Padding_inside")]
    [TestCase("base64", "QU-JD!!\n\n RA", 4, TestName = "Junk_inside")]
    [TestCase("base64", "Q", 0, TestName = "Less_than_a_byte")]
    [TestCase("base64", "QUJDREVG", 6, TestName = "No_line_end")]
    [TestCase("quoted-printable", "K=C3=B6ln=\n = x=", 9, TestName = "Quoted_printable")]
    [TestCase("x-uuencode", "begin 644 a\n#86)C\n`\nend", 3, TestName = "Uuencode")]
    [TestCase("x-uuencode", "text", 0, TestName = "Uuencode_without_a_file")]
    public void Encoded(string encoding, string body, int size) => Assert.That(SizeOf(encoding, body), Is.EqualTo(size));

    [Test]
    public void Sizes_are_those_of_the_decoder()
    {
        var random = new Random(7);
        foreach (var encoding in (string[])["base64", "quoted-printable", "x-uuencode"])
        {
            for (var i = 0; i < 200; i++)
            {
                var body = new byte[random.Next(600)];
                random.NextBytes(body);
                body = [.. body.Select(octet => octet % 4 == 0 ? "=\r\n -x"u8[octet % 6] : octet)];
                var scan = Scanning.Scan([.. Encoding.ASCII.GetBytes(Header(encoding)), .. body]);
                var decoder = TransferDecoder.For(scan.Root.Encoding)!;
                var output = new byte[body.Length + TransferDecoder.Overhead];
                var count = decoder.Decode(body, output);
                count += decoder.Complete(output.AsSpan(count));
                Assert.That(scan.Contents.Single().Size, Is.EqualTo(count), () => $"{encoding} {Convert.ToHexString(body)}");
            }
        }
    }

    [Test]
    public void Each_encoded_attachment_has_its_size_and_nothing_else_has()
    {
        const string Message = """
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Transfer-Encoding: base64

            VGV4dA==
            --o
            Content-Type: multipart/related; boundary=i

            --i
            Content-Type: image/png
            Content-Transfer-Encoding: base64

            QQ==
            --i--
            --o
            Content-Type: message/rfc822

            Content-Type: image/png
            Content-Transfer-Encoding: base64

            QQ==
            --o
            Content-Type: text/plain; name=a.txt
            Content-Transfer-Encoding: quoted-printable

            =41=42
            --o
            Content-Type: application/pdf

            plain
            --o--
            """;
        Assert.That(
            Scanning.Scan(Message).Contents.Select(content => $"{string.Join('.', content.Path)} {content.Size}"), Is.EqualTo((string[])["2.1 1", "4 2"]));
    }

    static long SizeOf(string encoding, string body) =>
        Scanning.Scan([.. Encoding.ASCII.GetBytes(Header(encoding)), .. Scanning.Octets(body)]).Contents.Single().Size;

    static string Header(string encoding) =>
        $"Content-Type: application/octet-stream; name=a\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n";
}
