using System.Diagnostics;
using System.Text;
using AgentPost.Mime.Scanning;

namespace AgentPost.Mime.Tests;

/// <summary>Input made to cost more than its length: time stays linear and memory bounded.</summary>
sealed class BoundsTests
{
    const int Mebibyte = 1 << 20;

    // What is repeated; where a multipart is opened before, its boundary is b.
    static readonly string[] Headers =
    [
        "To: ", "To: |a,", "To: |a@", "To: |a b@", "To: |<@a,", "To: |(", "To: |(\\", "To: | .", "To: |\"", "To: |<a@", "To: |a:;", "Subject: |=?", "Subject: |=?a?q?", "Subject: |=?utf-8?q?a?= =?koi8-r?b?YQ==?= ",
        "References: |<a", "References: |<a>", "References: |a@b ", "References: |(", "References: |\"", "To: |\"a@b ", "To: |(a@b ", "To: |[", "To: |\u001b", "To: |\u001b$", "To: |\u001b$B", "To: |\u001b(", "To: |(\u001b$", "To: |a@[b ", "Date: |(a) ", "Date: |1:", "Content-Type: a/b|;a*0=b", "Content-Type: multipart/mixed; boundary=|b", "Content-Language: |a,", "|a:b\n", "Subject: |\n a", "|x", "| ",
    ];

    static readonly string[] Bodies = ["|\n", "|\r", "|--", "|\n--", "|\r\n--", "|--b\n", "|--bx\n", "|--b \n", "|\n-", "|--b\nContent-Type: message/rfc822\n\n", "|<", "|&", "|=", "|\u0301\u0323"];

    [TestCaseSource(nameof(Headers))]
    public void Header(string repeated) => ScanRepeated("", repeated);

    [TestCaseSource(nameof(Bodies))]
    public void Body(string repeated) => ScanRepeated("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n", repeated);

    static void ScanRepeated(string before, string repeated)
    {
        var pieces = repeated.Split('|');
        var unit = pieces[^1].Length == 0 ? "a" : pieces[^1];
        var message = Encoding.UTF8.GetBytes(before + pieces[0] + string.Concat(Enumerable.Repeat(unit, 2 * Mebibyte / unit.Length)));
        var watch = Stopwatch.StartNew();
        var scan = Scanning.Scan(message);
        Assert.Multiple(() =>
        {
            // Generous, for a machine that does other things; what grows with the square takes minutes.
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
            Assert.That(scan.Octets, Is.EqualTo(message.Length));
            Assert.That(scan.Header.Length, Is.LessThanOrEqualTo(Mebibyte));
            Assert.That(scan.Envelope.Length + scan.BodyStructure.Length, Is.LessThan(10 * Mebibyte));
        });
    }

    [Test]
    public void Attachment_of_any_size_takes_no_memory()
    {
        var line = Encoding.ASCII.GetBytes(new string('A', 76) + "\r\n");
        var scanner = new MessageScanner();
        scanner.Write("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\n"u8);
        scanner.Write(line);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500_000; i++)
        {
            scanner.Write(line);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Multiple(() =>
        {
            Assert.That(allocated, Is.LessThan(10_000));
            Assert.That(scanner.Complete().Octets, Is.GreaterThan(38_000_000));
        });
    }

    [Test]
    public void Long_header_keeps_its_offsets()
    {
        var message = "Subject: x\r\nX: " + new string('x', 2 * Mebibyte) + "\r\nY: z\r\n\r\nHello";
        var scan = Scanning.Scan(message);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Header.Length, Is.EqualTo(Mebibyte));
            Assert.That(scan.Root.BodyOffset, Is.EqualTo(message.Length - 5));
            Assert.That(scan.Folded.Subject, Is.EqualTo("x"));
        });
    }

    [Test]
    public void Ten_megabytes_of_fields_are_passed_over_exactly()
    {
        const int Fields = 250_000;
        var scanner = new MessageScanner();
        scanner.Write("Subject: first\r\n"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Fields; i++)
        {
            scanner.Write("X-Field: some forty octets of a field.\r\n"u8);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        scanner.Write("Subject: last\r\n\r\nHello"u8);
        var scan = scanner.Complete();
        Assert.Multiple(() =>
        {
            Assert.That(allocated, Is.LessThan(4 * Mebibyte));
            Assert.That(scan.Root.BodyOffset, Is.EqualTo(scan.Octets - "Hello".Length).And.EqualTo(16 + (40L * Fields) + 17));
            Assert.That(scan.Header.Length, Is.EqualTo(Mebibyte));
            Assert.That(scan.Folded.Subject, Is.EqualTo("first"));
        });
    }

    [Test]
    public void One_line_of_25_megabytes_takes_no_memory([Values("image/png", "text/plain")] string type)
    {
        var piece = new byte[Mebibyte];
        Array.Fill(piece, (byte)'x');
        var scanner = new MessageScanner();
        scanner.Write(Encoding.ASCII.GetBytes($"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: {type}\r\n\r\n"));
        scanner.Write(piece);
        scanner.Write(piece);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 23; i++)
        {
            scanner.Write(piece);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        scanner.Write("\r\n--b--\r\n"u8);
        var part = scanner.Complete().Root.Children.Single();
        Assert.Multiple(() =>
        {
            Assert.That(allocated, Is.LessThan(10_000));
            Assert.That(part.EndOffset - part.BodyOffset, Is.EqualTo(25 * Mebibyte));
        });
    }
}
