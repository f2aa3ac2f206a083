using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Protocol.Smtp.Authentication;

namespace AgentPost.Protocol.Tests.Authentication;

/// <summary>What is signed of a message (RFC 6376 §3.4).</summary>
sealed class CanonicalizationTests
{
    static readonly byte[][] Pieces = [.. new[] { " ", "\t", "\r", "\n", "\r\n", "\r\n\r\n", "a", "bc" }.Select(Encoding.ASCII.GetBytes)];

    // The example of RFC 6376 §3.4.5.
    [TestCase("A: X\r\n", "Relaxed", "a:X")]
    [TestCase("B : Y\t\r\n\tZ  \r\n", "Relaxed", "b:Y Z")]
    [TestCase("A: X\r\n", "Simple", "A: X")]
    [TestCase("B : Y\t\r\n\tZ  \r\n", "Simple", "B : Y\t\r\n\tZ  ")]
    [TestCase("Empty:\r\n", "Relaxed", "empty:")]
    [TestCase("Folded:\r\n \r\n text\r\n", "Relaxed", "folded:text")]
    public void A_field_is_brought_into_its_form(string field, string form, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        CanonicalField.Write(Encoding.ASCII.GetBytes(field), Enum.Parse<Canonicalization>(form), output);
        Assert.That(Encoding.ASCII.GetString(output.WrittenSpan), Is.EqualTo(expected));
    }

    [TestCase(" C \r\nD \t E\r\n\r\n\r\n", "Relaxed", " C\r\nD E\r\n")]
    [TestCase(" C \r\nD \t E\r\n\r\n\r\n", "Simple", " C \r\nD \t E\r\n")]
    [TestCase("", "Simple", "\r\n")]
    [TestCase("", "Relaxed", "")]
    [TestCase("\r\n\r\n", "Simple", "\r\n")]
    [TestCase(" \t\r\n\r\n", "Relaxed", "")]
    [TestCase(" \t\r\n\r\n", "Simple", " \t\r\n")]
    [TestCase("no end", "Simple", "no end\r\n")]
    [TestCase("no end \t", "Relaxed", "no end\r\n")]
    [TestCase("\r\n\r\ntext", "Relaxed", "\r\n\r\ntext\r\n")]
    [TestCase("a\rb\nc\r", "Simple", "a\rb\nc\r\r\n")]
    public void A_body_is_brought_into_its_form(string body, string form, string expected) =>
        Assert.That(Hash(Encoding.ASCII.GetBytes(body), Enum.Parse<Canonicalization>(form), 1), Is.EqualTo(SHA256.HashData(Encoding.ASCII.GetBytes(expected))));

    [Test]
    public void Only_so_much_of_the_body_is_signed_as_its_length_says()
    {
        using var hash = new BodyHash(Canonicalization.Relaxed, 4);
        hash.Write("a  b\r\nmore"u8);
        Assert.That(hash.Complete(), Is.EqualTo(SHA256.HashData("a b\r"u8)));
        Assert.That(hash.Octets, Is.EqualTo(11));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool The_hash_is_the_same_however_the_body_arrives(byte[] choices, bool relaxed, byte step)
    {
        var body = choices.SelectMany(choice => Pieces[choice % Pieces.Length]).ToArray();
        var form = relaxed ? Canonicalization.Relaxed : Canonicalization.Simple;
        return Hash(body, form, (step % 7) + 1).SequenceEqual(Hash(body, form, body.Length + 1));
    }

    [TestCase("DKIM-Signature: v=1; b=abc; d=x\r\n", "DKIM-Signature: v=1; b=; d=x")]
    [TestCase("DKIM-Signature: v=1; bh=xb=; b =\r\n a b\r\n c \r\n", "DKIM-Signature: v=1; bh=xb=; b =")]
    [TestCase("DKIM-Signature: b=a;bh=b", "DKIM-Signature: b=;bh=b")]
    public void The_signature_itself_is_not_signed(string field, string expected) =>
        Assert.That(Encoding.ASCII.GetString(SignedFields.WithoutSignature(Encoding.ASCII.GetBytes(field))), Is.EqualTo(expected));

    [Test]
    public void Fields_of_one_name_are_taken_from_the_bottom_up()
    {
        var header = "Received: 1\r\nFrom: a\r\nReceived: 2\r\nreceived: 3\r\n\r\n"u8;
        var octets = SignedFields.Octets(header, ["received", "From", "Received", "To"], "DKIM-Signature: b="u8, Canonicalization.Relaxed);
        Assert.That(Encoding.ASCII.GetString(octets), Is.EqualTo("received:3\r\nfrom:a\r\nreceived:2\r\ndkim-signature:b="));
    }

    static byte[] Hash(byte[] body, Canonicalization form, int step)
    {
        using var hash = new BodyHash(form);
        foreach (var piece in body.Chunk(step))
        {
            hash.Write(piece);
        }
        return hash.Complete();
    }
}
