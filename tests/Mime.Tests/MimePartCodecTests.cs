using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

sealed class MimePartCodecTests
{
    const string Message = """
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Transfer-Encoding: base64

        one
        --b
        Content-Type: message/rfc822

        Content-Type: multipart/mixed; boundary=c

        --c

        two
        --c

        three
        --c--
        --b
        Content-Transfer-Encoding: quoted-printable

        four
        --b--
        """;

    [TestCase(Message)]
    [TestCase("")]
    [TestCase("Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nx")]
    public void Decoded_tree_is_the_encoded_one(string message)
    {
        var root = Scanning.Scan(message).Root;
        Assert.That(Describe(MimePartCodec.Decode(MimePartCodec.Encode(root))), Is.EqualTo(Describe(root)));
    }

    [Test]
    public void Largest_tree_decodes()
    {
        var root = Scanning.Scan("Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", 12_000))).Root;
        Assert.That(Describe(MimePartCodec.Decode(MimePartCodec.Encode(root))), Is.EqualTo(Describe(root)));
    }

    [Test]
    public void Cut_octets_are_refused()
    {
        var octets = MimePartCodec.Encode(Scanning.Scan(Message).Root);
        Assert.Multiple(() =>
        {
            for (var length = 0; length < octets.Length; length++)
            {
                var cut = octets[..length];
                Assert.That(() => MimePartCodec.Decode(cut), Throws.TypeOf<FormatException>(), $"{length} octets");
            }
            Assert.That(() => MimePartCodec.Decode([.. octets, 0]), Throws.TypeOf<FormatException>());
        });
    }

    [Test]
    public void Changed_octets_are_refused_or_are_another_tree()
    {
        var octets = MimePartCodec.Encode(Scanning.Scan(Message).Root);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < octets.Length * 256; i++)
            {
                var changed = octets.ToArray();
                changed[i / 256] = (byte)i;
                Assert.That(IsRefusedOrEncodesTo(changed), Is.True, $"octet {i / 256} = {i % 256}");
            }
        });
    }

    static bool IsRefusedOrEncodesTo(byte[] octets)
    {
        try
        {
            return MimePartCodec.Encode(MimePartCodec.Decode(octets)).AsSpan().SequenceEqual(octets);
        }
        catch (FormatException)
        {
            return true;
        }
    }

    static string Describe(MimePart part) =>
        $"{part.Kind} {part.Encoding} {part.HeaderOffset} {part.BodyOffset} {part.EndOffset} [{string.Join(' ', part.Children.Select(Describe))}]";
}
