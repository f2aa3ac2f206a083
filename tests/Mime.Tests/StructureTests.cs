using System.Text;

namespace AgentPost.Mime.Tests;

/// <summary>Part trees. Every case runs with CRLF and with LF; a part's body is written with its line ends as \r\n, or \n in the second run.</summary>
sealed class StructureTests
{
    static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("Without_anything", "", "- Leaf:");
        yield return Case("Header_without_blank_line", "Subject: x\n", "- Leaf:");
        yield return Case("Header_cut_in_a_line", "Subject: x", "- Leaf:");
        yield return Case("Blank_line_only", "\n", "- Leaf:");
        yield return Case("Body_without_header", "\nHello\n", @"- Leaf: Hello\r\n");
        yield return Case("Plain_text", "Subject: x\n\nHello\n\nBye\n", @"- Leaf: Hello\r\n\r\nBye\r\n");
        yield return Case("Last_line_without_end", "Subject: x\n\nHello", "- Leaf: Hello");
        yield return Case("Dashes_in_a_plain_text", "Subject: x\n\n--b\n--\n-- \nJohn\n", @"- Leaf: --b\r\n--\r\n-- \r\nJohn\r\n");
        yield return Case("Two_parts", """
            Content-Type: multipart/mixed; boundary=b

            --b

            One
            --b
            Content-Type: text/html

            Two

            --b--
            """, @"
            - Multipart:
            1 Leaf: One
            2 Leaf: Two\r\n");
        yield return Case("Preamble_and_epilogue", """
            Content-Type: multipart/mixed; boundary="b"

            This is a message in MIME format.
            --bb
            --b

            One
            --b--
            The end.
            --b

            No part.
            """, @"
            - Multipart:
            1 Leaf: One");
        yield return Case("Blanks_after_the_boundary", "Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\nOne\n--b-- \n", """
            - Multipart:
            1 Leaf: One
            """);
        yield return Case("Missing_final_boundary", """
            Content-Type: multipart/mixed; boundary=b

            --b

            One
            --b

            Two

            """, @"
            - Multipart:
            1 Leaf: One
            2 Leaf: Two\r\n");
        yield return Case("Final_boundary_without_line_end", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b--", """
            - Multipart:
            1 Leaf: One
            """);
        yield return Case("Boundary_at_the_very_end_begins_an_empty_part", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b", """
            - Multipart:
            1 Leaf: One
            2 Leaf:
            """);
        yield return Case("Empty_parts", """
            Content-Type: multipart/mixed; boundary=b

            --b
            --b

            --b
            Content-Type: text/plain
            --b--
            """, """
            - Multipart:
            1 Leaf:
            2 Leaf:
            3 Leaf:
            """);
        yield return Case("Boundary_that_never_comes", "Content-Type: multipart/mixed; boundary=b\n\nHello\n", @"- Leaf: Hello\r\n");
        yield return Case("Multipart_without_boundary", "Content-Type: multipart/mixed\n\n--b\n\nHello\n", @"- Leaf: --b\r\n\r\nHello\r\n");
        yield return Case("Multipart_with_empty_boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nHello\n", @"- Leaf: --\r\n\r\nHello\r\n");
        yield return Case("Multipart_without_subtype", "Content-Type: multipart; boundary=b\n\n--b\n\nHello\n--b--", """
            - Multipart:
            1 Leaf: Hello
            """);
        yield return Case("Only_a_final_boundary", "Content-Type: multipart/mixed; boundary=b\n\n--b--\n", @"- Leaf: --b--\r\n");
        yield return Case("Nested", """
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: multipart/alternative; boundary=inner

            --inner

            Text
            --inner
            Content-Type: text/html

            <p>Text
            --inner--

            --outer
            Content-Type: image/png
            Content-Transfer-Encoding: base64

            AAAA
            --outer--

            """, """
            - Multipart:
            1 Multipart:
            1.1 Leaf: Text
            1.2 Leaf: <p>Text
            2 Leaf: AAAA
            """);
        yield return Case("Inner_final_boundary_is_missing", """
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: multipart/alternative; boundary=inner

            --inner

            Text
            --outer

            Two
            --outer--

            """, """
            - Multipart:
            1 Multipart:
            1.1 Leaf: Text
            2 Leaf: Two
            """);
        yield return Case("Boundary_that_is_the_beginning_of_another", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/mixed; boundary=bb

            --bb

            One
            --bb--
            --b

            Two
            --b--

            """, """
            - Multipart:
            1 Multipart:
            1.1 Leaf: One
            2 Leaf: Two
            """);
        yield return Case("Boundary_that_ends_like_a_final_one", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/mixed; boundary=b--

            --b--

            One
            --b----
            --b

            Two
            --b--

            """, """
            - Multipart:
            1 Multipart:
            1.1 Leaf: One
            2 Leaf: Two
            """);
        yield return Case("Boundary_used_again_within", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/mixed; boundary=b

            --b

            One
            --b--
            --b

            Two
            --b--

            """, """
            - Multipart:
            1 Multipart:
            1.1 Leaf: One
            2 Leaf: Two
            """);
        yield return Case("Message_within", """
            Content-Type: message/rfc822

            Subject: within

            Hello

            """, @"
            - Message:
            1 Leaf: Hello\r\n");
        yield return Case("Message_within_a_multipart", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822

            Subject: within
            Content-Type: multipart/mixed; boundary=c

            --c

            One
            --c--

            --b--

            """, """
            - Multipart:
            1 Message:
            1.1 Multipart:
            1.1.1 Leaf: One
            """);
        yield return Case("Message_within_cut_in_its_header", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822

            Subject: within
            --b--

            """, """
            - Multipart:
            1 Message:
            1.1 Leaf:
            """);
        yield return Case("Part_that_ends_before_its_message_begins", """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822
            --b--

            """, """
            - Multipart:
            1 Message:
            1.1 Leaf:
            """);
        yield return Case("Digest_has_messages_by_default", """
            Content-Type: multipart/digest; boundary=b

            --b

            Subject: one

            One
            --b
            Content-Type: text/plain

            Two
            --b--

            """, """
            - Multipart:
            1 Message:
            1.1 Leaf: One
            2 Leaf: Two
            """);
        yield return Case("Encoded_message_is_opaque", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA==\n", @"- Leaf: U3ViamVjdDogeA==\r\n");
        yield return Case("Boundary_with_equals_sign_unquoted", "Content-Type: multipart/mixed; boundary=----=_Part_1\n\n------=_Part_1\n\nOne\n------=_Part_1--\n", """
            - Multipart:
            1 Leaf: One
            """);
        yield return Case("Boundary_in_a_folded_field", "Content-Type: multipart/mixed;\n\tcharset=utf-8;\n boundary=\"a b\"\n\n--a b\n\nOne\n--a b--\n", """
            - Multipart:
            1 Leaf: One
            """);
        yield return Case("Header_line_without_colon", "Subject: x\nnonsense\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b--\n", """
            - Multipart:
            1 Leaf: One
            """);
        yield return Case("Bare_carriage_return_ends_no_line", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\r--b\r--b--\n", @"
            - Multipart:
            1 Leaf: One\r--b\r--b--\r\n", lineFeedOnly: @"
            - Multipart:
            1 Leaf: One\r--b\r--b--\n");
        yield return Case("Line_that_begins_like_a_boundary_before_one", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bx\n--b--\n", """
            - Multipart:
            1 Leaf: --bx
            """);
        yield return Case("Long_line_that_begins_like_a_boundary", $"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b{new string(' ', 600)}\n--b--\n", $"""
            - Multipart:
            1 Leaf: --b{new string(' ', 600)}
            """);
    }

    static TestCaseData Case(string name, string message, string parts, string? lineFeedOnly = null)
    {
        var expected = string.Join('\n', parts.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
        return new TestCaseData(message, expected, lineFeedOnly) { TestName = name };
    }

    [TestCaseSource(nameof(Cases))]
    public void Structure(string message, string parts, string? lineFeedOnly)
    {
        var lineFeeds = Encoding.UTF8.GetBytes(message);
        var carriageReturns = Encoding.UTF8.GetBytes(message.Replace("\n", "\r\n", StringComparison.Ordinal));
        var expectedOfLineFeeds = lineFeedOnly is null
            ? parts.Replace(@"\r\n", @"\n", StringComparison.Ordinal)
            : string.Join('\n', lineFeedOnly.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
        Assert.Multiple(() =>
        {
            Assert.That(Scanning.Parts(carriageReturns, Scanning.Scan(carriageReturns).Root), Is.EqualTo(parts));
            Assert.That(Scanning.Parts(lineFeeds, Scanning.Scan(lineFeeds).Root), Is.EqualTo(expectedOfLineFeeds));
        });
    }

    [Test]
    public void Offsets_are_those_of_the_octets()
    {
        var message = Scanning.Octets("Content-Type: multipart/mixed; boundary=b\n\npre\n--b\nX: y\n\nOne\n--b--\nepilogue\n");
        var root = Scanning.Scan(message).Root;
        var part = root.Children[0];
        Assert.Multiple(() =>
        {
            Assert.That((root.HeaderOffset, root.BodyOffset, root.EndOffset), Is.EqualTo((0L, 45L, (long)message.Length)));
            Assert.That((part.HeaderOffset, part.BodyOffset, part.EndOffset), Is.EqualTo((55L, 63L, 66L)));
        });
    }

    [Test]
    public void Inner_multipart_ends_before_the_line_end_of_its_final_boundary()
    {
        var message = Scanning.Octets("Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nOne\n--i--\n--o--\n");
        var inner = Scanning.Scan(message).Root.Children[0];
        Assert.That(Encoding.ASCII.GetString(message[(int)inner.BodyOffset..(int)inner.EndOffset]), Is.EqualTo("--i\r\n\r\nOne\r\n--i--"));
    }

    [Test]
    public void Parts_too_deep_are_leaves()
    {
        var message = string.Concat(Enumerable.Range(0, 150).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        var part = Scanning.Scan(message).Root;
        var depth = 0;
        for (; part.Children.Count > 0; part = part.Children[0])
        {
            depth++;
        }
        Assert.That(depth, Is.EqualTo(100));
    }

    [Test]
    public void Messages_too_deep_are_leaves()
    {
        var message = string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 5_000));
        var scan = Scanning.Scan(message);
        var part = scan.Root;
        var depth = 0;
        for (; part.Children.Count > 0; part = part.Children[0])
        {
            depth++;
        }
        Assert.Multiple(() =>
        {
            Assert.That(depth, Is.EqualTo(100));
            Assert.That(part.EndOffset, Is.EqualTo(scan.Octets));
        });
    }

    [Test]
    public void Parts_too_many_belong_to_the_last()
    {
        var message = "Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", 12_000)) + "--b--\n";
        var scan = Scanning.Scan(message);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Root.Children, Has.Count.EqualTo(9_999));
            Assert.That(scan.Root.Children[^1].EndOffset, Is.EqualTo(scan.Octets - "\r\n--b--\r\n".Length));
        });
    }
}
