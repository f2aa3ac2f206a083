using System.Text;
using AgentPost.Mime.Conversion;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>What is binary comes back from base64; what cannot be encoded is refused; the rest stays octet for octet.</summary>
sealed class BinaryConversionTests
{
    [Test]
    public void A_binary_part_is_encoded_and_those_around_it_say_8bit() => Assert.That(
        Converted(
            "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: binary\r\n\r\nPreamble\r\n--b\r\n\r\nText\r\n"
            + "--b\r\nContent-transfer-encoding:BINARY (raw)\r\nContent-Type: image/png\r\n\r\n\0\r\n\n--\r\r\n--b--\r\nEpilogue"),
        Is.EqualTo(
            "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\nPreamble\r\n--b\r\n\r\nText\r\n"
            + "--b\r\nContent-transfer-encoding: base64\r\nContent-Type: image/png\r\n\r\nAA0KCi0tDQ==\r\n\r\n--b--\r\nEpilogue"));

    [Test]
    public void A_part_that_is_binary_without_saying_so_says_that_it_is_encoded() => Assert.That(
        Converted("Content-Type: application/pdf\r\n\r\n%PDF\n"),
        Is.EqualTo("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERgo=\r\n"));

    [Test]
    public void A_message_within_is_not_encoded_but_its_parts_are() => Assert.That(
        Converted("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: binary\r\n\r\nSubject: x\r\nContent-Transfer-Encoding: binary\r\n\r\na\0"),
        Is.EqualTo("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nYQA=\r\n"));

    [Test]
    public void Base64_has_lines_of_76() => Assert.That(
        Converted("\r\n" + new string('a', 59) + "\0"),
        Is.EqualTo("Content-Transfer-Encoding: base64\r\n\r\n" + string.Concat(Enumerable.Repeat("YWFh", 19)) + "\r\nYWEA\r\n"));

    [TestCase("Subject: x\r\n\r\nText\r\n")]
    [TestCase("Content-Transfer-Encoding: 8bit\r\n\r\n\u00e9\r\n")]
    [TestCase("Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n")]
    [TestCase("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText\r\n--b--\r\n")]
    [TestCase("")]
    public void Text_stays_as_it_is(string message) => Assert.That(Converted(message), Is.EqualTo(message));

    [TestCase("Subject: \0\r\n\r\n", TestName = "{m}(NUL in a header)")]
    [TestCase("Subject: x\n\r\nText", TestName = "{m}(LF in a header)")]
    [TestCase("Subject: x\n\nText\0", TestName = "{m}(a blank line of LF)")]
    [TestCase("\nText\0", TestName = "{m}(no header but LF)")]
    [TestCase("Content-Transfer-Encoding: base64\r\n\r\nYQ==\n", TestName = "{m}(within base64)")]
    [TestCase("Content-Transfer-Encoding: x-uuencode\r\n\r\n\0", TestName = "{m}(an encoding that is not known)")]
    [TestCase("Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n--b\r\n\r\n\0\r\n--b--\r\n", TestName = "{m}(a multipart that is encoded)")]
    [TestCase("Content-Type: multipart/mixed\r\nContent-Transfer-Encoding: binary\r\n\r\n\0", TestName = "{m}(a multipart without boundary)")]
    [TestCase("Content-Type: multipart/mixed; boundary=b\r\n\r\n\0\r\n--b\r\n\r\nText\r\n--b--\r\n", TestName = "{m}(a preamble)")]
    [TestCase("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText\r\n--b--\r\n\0", TestName = "{m}(an epilogue)")]
    [TestCase("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\n\r\nText\r\n--b--\r\n", TestName = "{m}(a delimiter)")]
    [TestCase("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\0\r\n--b--\r\n", TestName = "{m}(what is signed)")]
    [TestCase("Content-Type: message/partial\r\nContent-Transfer-Encoding: binary\r\n\r\n\0", TestName = "{m}(a message that cannot be read)")]
    public void Where_base64_cannot_be_put_in_binary_is_refused(string message) => Assert.That(Converted(message), Is.Null);

    [Test]
    public void A_header_that_is_too_long_to_be_understood_is_not_changed() =>
        Assert.That(Converted($"X: {new string('a', MessageScan.MaxHeaderOctets)}\r\n\r\n\0"), Is.Null);

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 200)]
    public Property What_is_converted_is_text_of_the_same_parts()
    {
        var cases = from message in ChunkingProperties.Messages from length in Gen.Choose(1, 40) select (message, length);
        return Prop.ForAll(cases.ToArbitrary(), c => Convert(c.message, c.length) is not { } converted || IsTextOfTheSameParts(c.message, converted));
    }

    [FsCheck.NUnit.Property(MaxTest = 1_000, EndSize = 300)]
    public Property Any_content_comes_back()
    {
        var octets = Gen.OneOf(Gen.Choose(0, 255), Gen.Elements(0, 10, 13)).Select(o => (byte)o).ArrayOf();
        var encoding = Gen.Elements("", "Content-Transfer-Encoding: binary\r\n", "Content-Transfer-Encoding: 8bit\r\n");
        var part = from e in encoding from o in octets select (byte[])[.. Encoding.ASCII.GetBytes($"\r\n--=_b\r\n{e}\r\n"), .. o];
        var cases = from parts in part.NonEmptyListOf() from length in Gen.Choose(1, 5000) select (Message: Multipart(parts), Length: length);
        return Prop.ForAll(cases.ToArbitrary(), c => Convert(c.Message, c.Length) is { } converted && IsTextOfTheSameParts(c.Message, converted));
    }

    static byte[] Multipart(IEnumerable<byte[]> parts) =>
        [.. "Content-Type: multipart/mixed; boundary=\"=_b\"\r\nContent-Transfer-Encoding: binary\r\n\r\n"u8, .. parts.SelectMany(p => p), .. "\r\n--=_b--\r\n"u8];

    static bool IsTextOfTheSameParts(byte[] message, byte[] converted)
    {
        var check = new LineEndCheck();
        check.Write(converted);
        check.Complete();
        var (before, after) = (Leaves(message), Leaves(converted));
        return check.Fault == LineFault.None && before.Count == after.Count && before.Zip(after).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    static List<byte[]> Leaves(byte[] message)
    {
        var leaves = new List<byte[]>();
        Collect(Scanning.Scan(message).Root);
        return leaves;

        void Collect(MimePart part)
        {
            if (part.Kind == MimePartKind.Leaf)
            {
                leaves.Add(part.Encoding == ContentTransferEncoding.Unknown ? message[(int)part.BodyOffset..(int)part.EndOffset] : MessageBuilderTests.Content(message, part));
            }
            foreach (var child in part.Children)
            {
                Collect(child);
            }
        }
    }

    static string? Converted(string message) =>
        Convert(Encoding.Latin1.GetBytes(message), 7) is { } converted ? Encoding.Latin1.GetString(converted) : null;

    // Null: refused.
    static byte[]? Convert(byte[] message, int piece)
    {
        var conversion = new BinaryConversion();
        foreach (var octets in message.Chunk(piece))
        {
            conversion.Write(octets);
        }
        using var output = new MemoryStream();
        return conversion.CompleteAsync(Read, output, CancellationToken.None).GetAwaiter().GetResult() ? output.ToArray() : null;

        ValueTask<int> Read(long offset, Memory<byte> destination, CancellationToken cancellation)
        {
            var octets = message.AsSpan((int)offset);
            octets = octets[..Math.Min(octets.Length, Math.Min(destination.Length, piece))];
            octets.CopyTo(destination.Span);
            return ValueTask.FromResult(octets.Length);
        }
    }
}
