using System.Buffers;
using System.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>BODYSTRUCTURE and BODY (RFC 9051 §7.5.2).</summary>
sealed class BodyStructureTests
{
    static IEnumerable<TestCaseData> Messages() => CorpusMessage.All.Select(message => new TestCaseData(message) { TestName = message.Name });

    [TestCaseSource(nameof(Messages))]
    public void Syntax(CorpusMessage message)
    {
        var scan = Scanning.Scan(message.Octets);
        Assert.Multiple(() =>
        {
            Assert.That(ImapSyntax.IsEnvelope(scan.Envelope.Span), Is.True);
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
