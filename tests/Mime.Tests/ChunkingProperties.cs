using System.Text;
using AgentPost.Mime.Tests.Fuzzing;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>However a message arrives, the scan is the same; whatever arrives, there is one.</summary>
sealed class ChunkingProperties
{
    // Pieces of which real and broken mail is made; single octets that matter are among them.
    static readonly string[] Pieces =
    [
        "\r", "\n", "\r\n", "\r\n\r\n", "\n\n", "-", "--", "--b", "--b--", "--bb", "\r\n--b\r\n", "\r\n--bb\r\n", "\n--b--\n", " ", "\t", ":", ";", "=", "\"", "(", ")", "<", ">", "@", ",", "\\", "\0",
        "Content-Type: ", "multipart/mixed; boundary=b", "multipart/alternative; boundary=\"bb\"", "multipart/digest; boundary=b", "message/rfc822", "text/html; charset=utf-8", "text/plain; charset=",
        "us-ascii", "iso-2022-jp", "gb18030", "utf-16", "utf-7", "shift_jis", "big5", "Content-Transfer-Encoding: ", "base64", "quoted-printable", "8bit", "binary", "Subject: ", "From: ", "To: ", "Date: ", "Message-ID: ",
        "Content-Disposition: attachment; filename*0*=utf-8''%e2%82; filename*1*=%ac", "Content-Disposition: inline; filename=x", "=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "=?utf-8?B?", "?=", "=E2", "=\r\n", "=4",
        "<p>", "<!--", "-->", "<script>", "</script>", "&amp;", "&#x41;", "&", "word", "a@b.c", "John Doe <j@d>", "group:", "Mon, 1 Jan 2024 10:00:00 +0100", "é", "漢字", "😀", "SGVsbG8=", "\u0301",
    ];

    // Half of the messages begin as real ones, so that what follows is read in every state.
    static readonly string[] Beginnings =
    [
        "", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello", "Content-Type: text/html; charset=utf-8\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/digest; boundary=bb\r\n\r\n--bb\r\n\r\n",
        "Subject: x\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    ];

    // Pieces of delimiter lines.
    static readonly string[] Delimiters =
    [
        "\r\n--b\r\n", "\n--b\n", "--b", "\r\n--bb\r\n", "\r\n--bb--\r\n", "\r\n--b--\r\n", "--", "-", "\r", "\n", "\r\n", "\r\n\r\n", " ", "x", "\r\n--b \r", "\n--b\r\r", "--b--", "bb", "Hello",
        "Content-Type: message/rfc822\r\n\r\n", "\r\n--bx\r\n--b\r\n",
    ];

    static Gen<string[]> Texts => Gen.OneOf(Gen.Elements(Pieces).ArrayOf(), Gen.Elements(Delimiters).ArrayOf(), Gen.Elements([.. Pieces, .. Delimiters, .. Delimiters]).ArrayOf());

    internal static Gen<byte[]> Messages =>
        from beginning in Gen.OneOf(Gen.Constant(""), Gen.Elements(Beginnings))
        from pieces in Texts
        from noise in Gen.Choose(0, 255).Select(c => (byte)c).ArrayOf()
        from at in Gen.Choose(0, 1000)
        select Insert(Encoding.UTF8.GetBytes(beginning + string.Concat(pieces)), noise, at);

    static byte[] Insert(byte[] octets, byte[] noise, int at)
    {
        var position = octets.Length == 0 ? 0 : at % octets.Length;
        return [.. octets[..position], .. noise.Take(at % 3 == 0 ? 4 : 0), .. octets[position..]];
    }

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 200)]
    public Property Scan_is_the_same_in_pieces()
    {
        var cases = from message in Messages from lengths in Gen.Choose(0, 40).ArrayOf() select (message, lengths);
        return Prop.ForAll(cases.ToArbitrary(), c =>
            Scanning.Describe(Scanning.ScanInPieces(c.message, c.lengths)) == Scanning.Describe(Scanning.Scan(c.message)));
    }

    [FsCheck.NUnit.Property(MaxTest = 2_000, EndSize = 200)]
    public Property Scan_is_the_same_octet_by_octet() =>
        Prop.ForAll(Messages.ToArbitrary(), message =>
            Scanning.Describe(Scanning.ScanInPieces(message, Enumerable.Repeat(1, message.Length))) == Scanning.Describe(Scanning.Scan(message)));

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 300)]
    public Property Scan_is_consistent() => Prop.ForAll(Messages.ToArbitrary(), message => ScanLaws.Breach(message) is null);
}
