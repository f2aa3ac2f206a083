using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Tests;

/// <summary>BODYSTRUCTURE and BODY (RFC 9051 §7.5.2).</summary>
sealed class BodyStructureTests
{
    static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("Without_fields", "\nHello\nBye\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 12 2 NIL NIL NIL NIL)""");
        yield return Case("Empty_message", "", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)""");
        yield return Case("Text_without_charset", "Content-Type: text/html; x=y\n\nHello\n", """("TEXT" "HTML" ("X" "y" "CHARSET" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)""");
        yield return Case("Charset_as_written", "Content-type: Text/Plain; Charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-PRINTABLE (x)\n\nHello",
            """("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "QUOTED-PRINTABLE" 5 0 NIL NIL NIL NIL)""");
        yield return Case("Comment_in_parameters", "Content-type: text/plain; charset=us-ascii (Plain text)\n\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)""");
        yield return Case("Type_without_subtype", "Content-Type: text\n\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)""");
        yield return Case("Type_that_is_nonsense", "Content-Type: ;;=/\n\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)""");
        yield return Case("Image_with_all_fields", """
            Content-Type: image/png; name="a b.png"
            Content-ID: <x@y>
            Content-Description: A picture
            Content-Transfer-Encoding: BASE64
            Content-MD5: Q2hlY2s=
            Content-Disposition: attachment; filename="a b.png"; size=4
            Content-Language: de, en
            Content-Location: http://example.com/a

            AAAA
            """, """("IMAGE" "PNG" ("NAME" "a b.png") "<x@y>" "A picture" "BASE64" 4 "Q2hlY2s=" ("ATTACHMENT" ("FILENAME" "a b.png" "SIZE" "4")) ("de" "en") "http://example.com/a")""");
        yield return Case("One_language", "Content-Language: de\n\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL "de" NIL)""");
        yield return Case("Disposition_without_parameters", "Content-Type: a/b\nContent-Disposition: inline\n\n", """("A" "B" NIL NIL NIL "7BIT" 0 NIL ("INLINE" NIL) NIL NIL)""");
        yield return Case("Unquoted_name_with_blanks", "Content-Type: a/b; name=my file.pdf; x=1\n\n", """("A" "B" ("NAME" "my file.pdf" "X" "1") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        yield return Case("Semicolon_within_quotes", "Content-Type: a/b; name=\"a;b\\\"c\"\n\n", """("A" "B" ("NAME" "a;b\"c") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        yield return Case("Missing_semicolon", "Content-Type: a/b name=\"x\" y=z\n\n", """("A" "B" ("NAME" "x" "Y" "z") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        // RFC 2231 §3
        yield return Case("Continued_parameter", "Content-Type: message/external-body; access-type=URL;\n URL*0=\"ftp://\";\n URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"\n\n",
            """("MESSAGE" "EXTERNAL-BODY" ("ACCESS-TYPE" "URL" "URL" "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        // RFC 2231 §4.1
        yield return Case("Continued_and_encoded_parameter",
            "Content-Type: application/x-stuff;\n title*0*=us-ascii'en'This%20is%20even%20more%20;\n title*1*=%2A%2A%2Afun%2A%2A%2A%20;\n title*2=\"isn't it!\"\n\n",
            """("APPLICATION" "X-STUFF" ("TITLE*" "us-ascii'en'This%20is%20even%20more%20%2A%2A%2Afun%2A%2A%2A%20isn%27t%20it!") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        yield return Case("Continued_parameter_out_of_order", "Content-Type: a/b; n*1=b; n*0=a; n*3=d\n\n", """("A" "B" ("N" "ab") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        yield return Case("Encoded_parameter", "Content-Type: a/b; name*=utf-8''%e2%82%ac\n\n", """("A" "B" ("NAME*" "utf-8''%e2%82%ac") NIL NIL "7BIT" 0 NIL NIL NIL NIL)""");
        yield return Case("Parameter_of_eight_bits", "Content-Type: a/b; name=\"é\"\n\n", "(\"A\" \"B\" (\"NAME\" {2}\r\né) NIL NIL \"7BIT\" 0 NIL NIL NIL NIL)");
        yield return Case("Unknown_encoding", "Content-Transfer-Encoding: x-uuencode\nContent-Type: a/b\n\nxx", """("A" "B" NIL NIL NIL "X-UUENCODE" 2 NIL NIL NIL NIL)""");
        yield return Case("Empty_encoding", "Content-Transfer-Encoding:\nContent-Type: a/b\n\nxx", """("A" "B" NIL NIL NIL "7BIT" 2 NIL NIL NIL NIL)""");
        yield return Case("Alternative", """
            Content-Type: multipart/alternative; boundary="b"
            Content-Language: en

            --b

            Hello

            --b
            Content-Type: text/html; charset=utf-8

            <p>Hello
            --b--

            """, """(("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "7BIT" 8 0 NIL NIL NIL NIL) "ALTERNATIVE" ("BOUNDARY" "b") NIL "en" NIL)""");
        yield return Case("Message_within", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822
            Content-Description: forwarded

            Subject: inner
            From: a@b

            Hi
            there

            --b--
            """, """(("MESSAGE" "RFC822" NIL NIL "forwarded" "7BIT" 40 (NIL "inner" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 11 2 NIL NIL NIL NIL) 5 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL)""");
        yield return Case("Message_within_a_message", "Content-Type: message/global\n\nContent-Type: message/rfc822\n\nSubject: x\n\nHi\n",
            """("MESSAGE" "GLOBAL" NIL NIL NIL "7BIT" 50 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 18 (NIL "x" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 4 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL) 5 NIL NIL NIL NIL)""");
        yield return Case("Encoded_message_is_opaque", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA==\n",
            """("MESSAGE" "RFC822" NIL NIL NIL "BASE64" 18 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL) 1 NIL NIL NIL NIL)""");
        yield return Case("Multipart_without_parts_is_text", "Content-Type: multipart/mixed; boundary=b\n\nHello\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)""");
        yield return Case("Multipart_without_boundary_is_text", "Content-Type: multipart/mixed\n\nHello\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)""");
        yield return Case("Multipart_within_without_parts", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; boundary=c\n\n--c--\n--b--\n",
            """(("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 5 0 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL)""");
    }

    static TestCaseData Case(string name, string message, string structure) => new(message, structure) { TestName = name };

    [TestCaseSource(nameof(Cases))]
    public void Rendered(string message, string structure)
    {
        var scan = Scanning.Scan(message);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Body(), Is.EqualTo(structure));
            Assert.That(ImapSyntax.IsBodyStructure(scan.BodyStructure.Span), Is.True);
            Assert.That(ImapSyntax.IsBody(WriteBody(scan.BodyStructure.Span)), Is.True);
        });
    }

    [TestCase("\nHello\n", """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1)""", TestName = "Body_of_text")]
    [TestCase("Content-Type: image/png\nContent-Disposition: inline\nContent-Description: (\"{3}\n\n", """("IMAGE" "PNG" NIL NIL "(\"{3}" "7BIT" 0)""", TestName = "Body_of_an_image")]
    [TestCase("Content-Type: a/b\nContent-Description: )é(\nContent-MD5: x\n\n", "(\"A\" \"B\" NIL NIL {4}\r\n)é( \"7BIT\" 0)", TestName = "Body_with_a_literal")]
    public void Body(string message, string body) => Assert.That(Encoding.UTF8.GetString(WriteBody(Scanning.Scan(message).BodyStructure.Span)), Is.EqualTo(body));

    [Test]
    public void Body_of_nested_parts()
    {
        const string inner = """("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 1 0)""";
        var scan = Scanning.Scan("""
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=i

            --i

            1
            --i

            2
            --i--

            --o

            3
            --o--
            """);
        var message = $"""("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 72 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ({inner}{inner} "MIXED") 9)""";
        Assert.That(Encoding.UTF8.GetString(WriteBody(scan.BodyStructure.Span)), Is.EqualTo($"({message}{inner} \"MIXED\")"));
    }

    [TestCase("")]
    [TestCase("(")]
    [TestCase("((")]
    [TestCase("()")]
    [TestCase("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1")]
    [TestCase("(\"TEXT\" {99999999}\r\nx")]
    [TestCase("(\"TEXT\" \"PLAIN")]
    public void Body_of_nonsense_is_refused(string structure) =>
        Assert.That(() => WriteBody(Encoding.ASCII.GetBytes(structure)), Throws.TypeOf<FormatException>());

    [Test]
    public void Fields_of_too_many_parts_are_left_out_but_not_their_types()
    {
        var part = $"--b\nContent-Type: image/png; name={new string('x', 5_000)}\nContent-Transfer-Encoding: base64\n\nAAAA\n";
        var scan = Scanning.Scan("Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat(part, 2_000)) + "--b--\n");
        Assert.Multiple(() =>
        {
            Assert.That(scan.BodyStructure.Length, Is.LessThan(5_000_000));
            Assert.That(scan.Body(), Does.EndWith("""("IMAGE" "PNG" NIL NIL NIL "BASE64" 4 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL)"""));
        });
    }

    static ReadOnlySpan<byte> WriteBody(ReadOnlySpan<byte> structure)
    {
        var output = new ArrayBufferWriter<byte>();
        BodyStructures.WriteBody(structure, output);
        return output.WrittenSpan;
    }
}
