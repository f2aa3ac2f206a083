using System.Text;
using AgentPost.Mime.Conversion;

namespace AgentPost.Mime.Tests;

sealed class LineEndsTests
{
    [TestCase("", "")]
    [TestCase("a", "a")]
    [TestCase("\n", "\r\n")]
    [TestCase("a\nb\n\nc", "a\r\nb\r\n\r\nc")]
    [TestCase("a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n")]
    [TestCase("a\rb\r\r\n\r", "a\rb\r\r\n\r")]
    [TestCase("\n\r\n\n", "\r\n\r\n\r\n")]
    public void Written(string message, string expected)
    {
        for (var cut = 0; cut <= message.Length; cut++)
        {
            var lineEnds = new LineEnds();
            var written = Write(lineEnds, message[..cut]) + Write(lineEnds, message[cut..]);
            Assert.That(written, Is.EqualTo(expected), $"cut at {cut}");
        }
    }

    [Test]
    public void Octets_with_the_line_ends_of_mail_are_not_copied()
    {
        ReadOnlyMemory<byte> octets = "a\r\nb\rc\r\n"u8.ToArray();
        Assert.That(new LineEnds().Write(octets), Is.EqualTo(octets));
    }

    [Test]
    public void Octet_by_octet_the_message_is_the_same()
    {
        var lineEnds = new LineEnds();
        var written = string.Concat("a\r\nb\n\n\rc\r\n\n".Select(c => Write(lineEnds, c.ToString())));
        Assert.That(written, Is.EqualTo("a\r\nb\r\n\r\n\rc\r\n\r\n"));
    }

    static string Write(LineEnds lineEnds, string piece) => Encoding.ASCII.GetString(lineEnds.Write(Encoding.ASCII.GetBytes(piece)).Span);
}
