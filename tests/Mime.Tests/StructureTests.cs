using System.Text;

namespace AgentPost.Mime.Tests;

/// <summary>Offsets and limits of part trees; the trees themselves are in the corpus.</summary>
sealed class StructureTests
{
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
