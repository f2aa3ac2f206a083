using System.Text;
using AgentPost.Mime.Transfer;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>Transfer encodings (RFC 2045 §6) undone, whole and in pieces.</summary>
sealed class TransferDecoderTests
{
    [TestCase("Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.", "Now's the time for all folk to come to the aid of their country.", TestName = "Quoted_printable_example_of_RFC_2045")]
    [TestCase("a=3Db =3d=3D", "a=b ==", TestName = "Quoted_printable_hexadecimal_in_either_case")]
    [TestCase("a \t \r\nb\t\n c  ", "a\r\nb\n c", TestName = "Quoted_printable_drops_blanks_at_line_ends")]
    [TestCase("a=20\r\nb=09\r\n", "a \r\nb\t\r\n", TestName = "Quoted_printable_keeps_encoded_blanks")]
    [TestCase("a= \t\r\nb=\nc=", "abc", TestName = "Quoted_printable_soft_breaks")]
    [TestCase("a=b =XY =4 =\tz ==41 =4=42 =G", "a=b =XY =4 =\tz =A =4B =G", TestName = "Quoted_printable_broken_sequences_stay")]
    [TestCase("a=4", "a=4", TestName = "Quoted_printable_cut_within_a_sequence")]
    [TestCase("a= b", "a= b", TestName = "Quoted_printable_equals_before_a_blank_in_a_line")]
    [TestCase("a \r b\r\r\n", "a \r b\r\r\n", TestName = "Quoted_printable_returns_alone_end_no_line")]
    [TestCase("é\0", "é\0", TestName = "Quoted_printable_leaves_other_octets")]
    public void Quoted_printable(string encoded, string decoded) => AssertDecodes(ContentTransferEncoding.QuotedPrintable, encoded, decoded);

    [TestCase("", "")]
    [TestCase("Zg==", "f")]
    [TestCase("Zm8=", "fo")]
    [TestCase("Zm9v", "foo")]
    [TestCase("Zm9vYg==", "foob")]
    [TestCase("Zm9vYmE=", "fooba")]
    [TestCase("Zm9vYmFy", "foobar")]
    [TestCase("Zm9v\r\nYmFy\r\n", "foobar")]
    [TestCase(" Z m\t9-v_ \0Y!m#Fy", "foobar", TestName = "Base64_passes_over_what_is_not_of_the_alphabet")]
    [TestCase("Zm8", "fo", TestName = "Base64_without_padding")]
    [TestCase("Zm9vY", "foo", TestName = "Base64_cut_within_an_octet")]
    [TestCase("Zg==Zm8=Zm9v", "ffofoo", TestName = "Base64_pieces_one_after_the_other")]
    [TestCase("====Zg=", "f", TestName = "Base64_padding_in_the_wrong_place")]
    public void Base64(string encoded, string decoded) => AssertDecodes(ContentTransferEncoding.Base64, encoded, decoded);

    [TestCase("begin 644 a.bin\r\n#86)C\r\n`\r\nend\r\n", "abc")]
    [TestCase("begin 644 my file\n#86)C\n \nend\n", "abc", TestName = "Uuencode_with_blanks_for_zero")]
    [TestCase("Hello,\nbegin with this:\n\nbegin 0755 a\n#86)C\n`\nend\n#86)C\n", "abc", TestName = "Uuencode_with_text_around")]
    [TestCase("begin 644 a\n#86)C\n", "abc", TestName = "Uuencode_without_end")]
    [TestCase("begin 644 a\n#86)C", "abc", TestName = "Uuencode_without_a_last_line_end")]
    [TestCase("begin 644 a\n%86)C9\n`\nend\n", "abcd\0", TestName = "Uuencode_line_cut_short")]
    [TestCase("begin 644 a\n%=&5S=`H``\n`\nend\n", "test\n", TestName = "Uuencode_padding")]
    [TestCase("", "", TestName = "Uuencode_of_nothing")]
    public void Uuencode(string encoded, string decoded) => AssertDecodes(ContentTransferEncoding.Uuencode, encoded, decoded);

    [FsCheck.NUnit.Property(MaxTest = 500, EndSize = 400)]
    public Property Uuencode_is_read_as_by_MimeKit() => Prop.ForAll(OctetsAndLengths(Gen.Choose(0, 255)), c =>
    {
        var encoder = new MimeKit.Encodings.UUEncoder();
        var encoded = new byte[encoder.EstimateOutputLength(c.Octets.Length)];
        var count = encoder.Flush(c.Octets, 0, c.Octets.Length, encoded);
        byte[] file = [.. "begin 644 a\n"u8, .. encoded[..count], .. "end\n"u8];
        return Decode(ContentTransferEncoding.Uuencode, file, c.Lengths).SequenceEqual(c.Octets);
    });

    [TestCase(ContentTransferEncoding.SevenBit)]
    [TestCase(ContentTransferEncoding.EightBit)]
    [TestCase(ContentTransferEncoding.Binary)]
    public void Identity(ContentTransferEncoding encoding) => AssertDecodes(encoding, "a=41 \r\né\0=", "a=41 \r\né\0=");

    [Test]
    public void Unknown_encoding_has_no_decoder() => Assert.That(TransferDecoder.For(ContentTransferEncoding.Unknown), Is.Null);

    [Test]
    public void Longest_row_of_blanks_needs_bounded_room()
    {
        var blanks = new string(' ', 100_000);
        var decoded = Decode(ContentTransferEncoding.QuotedPrintable, Encoding.ASCII.GetBytes($"a{blanks}\nb={blanks}\nc"), [1000]);
        Assert.That(Encoding.ASCII.GetString(decoded).Where(c => c != ' '), Is.EqualTo("a\nb=\nc"));
    }

    [FsCheck.NUnit.Property(MaxTest = 2_000, EndSize = 300)]
    public Property Base64_round_trips_in_pieces() => Prop.ForAll(OctetsAndLengths(Gen.Choose(0, 255)), c =>
    {
        var encoded = Encoding.ASCII.GetBytes(Convert.ToBase64String(c.Octets, Base64FormattingOptions.InsertLineBreaks));
        return Decode(ContentTransferEncoding.Base64, encoded, c.Lengths).SequenceEqual(c.Octets);
    });

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 300)]
    public Property Quoted_printable_is_the_same_in_pieces() => Prop.ForAll(OctetsAndLengths(Gen.Elements([.. "=4F0a \t\r\n\n=".Select(c => (int)c)])), c =>
        Decode(ContentTransferEncoding.QuotedPrintable, c.Octets, c.Lengths).SequenceEqual(Decode(ContentTransferEncoding.QuotedPrintable, c.Octets, [])));

    [FsCheck.NUnit.Property(MaxTest = 2_000, EndSize = 300)]
    public Property Quoted_printable_of_escapes_alone_round_trips() => Prop.ForAll(OctetsAndLengths(Gen.Choose(0, 255)), c =>
    {
        var encoded = Encoding.ASCII.GetBytes(string.Concat(c.Octets.Select((octet, i) => $"={octet:X2}" + (i % 20 == 19 ? "=\r\n" : ""))));
        return Decode(ContentTransferEncoding.QuotedPrintable, encoded, c.Lengths).SequenceEqual(c.Octets);
    });

    static Arbitrary<(byte[] Octets, int[] Lengths)> OctetsAndLengths(Gen<int> octet) =>
        (from octets in octet.Select(o => (byte)o).ArrayOf() from lengths in Gen.Choose(0, 7).ArrayOf() select (octets, lengths)).ToArbitrary();

    static void AssertDecodes(ContentTransferEncoding encoding, string encoded, string decoded)
    {
        var octets = Encoding.UTF8.GetBytes(encoded);
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(Decode(encoding, octets, [])), Is.EqualTo(decoded));
            Assert.That(Encoding.UTF8.GetString(Decode(encoding, octets, Enumerable.Repeat(1, octets.Length))), Is.EqualTo(decoded), "octet by octet");
        });
    }

    static byte[] Decode(ContentTransferEncoding encoding, byte[] encoded, IEnumerable<int> lengths)
    {
        var decoder = TransferDecoder.For(encoding) ?? throw new ArgumentException("no decoder", nameof(encoding));
        var decoded = new List<byte>();
        var next = 0;
        foreach (var length in lengths.Append(encoded.Length))
        {
            var piece = encoded.AsSpan(next, Math.Min(length, encoded.Length - next));
            next += piece.Length;
            var output = new byte[piece.Length + TransferDecoder.Overhead];
            decoded.AddRange(output.AsSpan(0, decoder.Decode(piece, output)));
        }
        var held = new byte[TransferDecoder.Overhead];
        decoded.AddRange(held.AsSpan(0, decoder.Complete(held)));
        return [.. decoded];
    }
}
