using System.Buffers.Binary;
using System.Text;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;
using AgentPost.Mime.Tnef;
using AgentPost.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>TNEF (winmail.dat): its files and its text, beside MimeKit's reading; what is broken stays a file.</summary>
sealed class TnefTests
{
    [Test]
    public void Files_and_text_are_found()
    {
        var tnef = new TnefFile()
            .Message(properties => properties.Ansi(0x1000, "The plan is secret.\0"))
            .Attachment("PLAN~1.TXT", "abc"u8, properties => properties.Ansi(0x3707, "Plan für morgen.txt\0").Ansi(0x370E, "text/plain\0"))
            .Attachment("a.png", [1, 2, 3, 4, 5], properties => properties.Ansi(0x3712, "<logo@x.example>\0").Ansi(0x370E, "image/png\0"))
            .ToArray();
        var message = Message(tnef);
        var scan = Scan(message);
        var content = scan.Contents.Single();
        Assert.Multiple(() =>
        {
            Assert.That(content.Path, Is.EqualTo((int[])[2]));
            Assert.That(content.Size, Is.EqualTo(tnef.Length));
            Assert.That(content.Files.Select(file => (file.Name, file.ContentType, file.ContentId, file.Size)), Is.EqualTo(new (string?, string, string?, long)[]
            {
                ("Plan für morgen.txt", "text/plain", null, 3),
                ("a.png", "image/png", "logo@x.example", 5),
            }));
            Assert.That(content.Files.Select(file => tnef[(int)file.Offset..(int)(file.Offset + file.Size)]), Is.EqualTo((byte[][])[[.. "abc"u8], [1, 2, 3, 4, 5]]));
            Assert.That(Read(tnef, content.Text), Is.EqualTo("The plan is secret."));
            Assert.That(scan.Folded.Body, Does.Contain("the plan is secret.").And.Contain("plan für morgen.txt").And.Contain("\nabc\n").And.Contain("a.png"));
            Assert.That(scan.Body(), Does.Contain("\"APPLICATION\" \"MS-TNEF\""));
        });
    }

    [Test]
    public void HTML_is_preferred_to_plain_text_and_plain_text_to_RTF()
    {
        var html = new TnefFile().Message(p => p.Ansi(0x1000, "plain\0").Binary(0x1013, "<p>one<p>two"u8.ToArray()).Binary(0x1009, Rtf("{\\rtf1 rich}"))).ToArray();
        var plain = new TnefFile().Message(p => p.Unicode(0x1000, "größer\0").Binary(0x1009, Rtf("{\\rtf1 rich}"))).ToArray();
        var rtf = new TnefFile().Message(p => p.Binary(0x1009, Rtf("{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}\\f0 rich \\'cf\\u1088?\\par next}"))).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Read(html), Is.EqualTo("one\n\ntwo"));
            Assert.That(Read(plain), Is.EqualTo("größer"));
            Assert.That(Read(rtf), Is.EqualTo("rich Пр\nnext"));
        });
    }

    [Test]
    public void Text_alone_is_the_preview_and_can_be_searched()
    {
        var scan = Scan([.. "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8, .. Base64(new TnefFile().Message(p => p.Ansi(0x1000, "Hello Bob\0")).ToArray())]);
        Assert.That((scan.Preview, scan.Folded.Body, scan.Contents.Single().Path.Single()), Is.EqualTo(("Hello Bob", "hello bob\n", 1)));
    }

    [Test]
    public void An_attached_message_shows_its_files()
    {
        var inner = new TnefFile().Message(p => p.Ansi(0x1000, "inner text\0")).Attachment("deep.txt", "deep"u8).ToArray();
        var tnef = new TnefFile().Message(p => p.Ansi(0x1000, "outer text\0"))
            .Attachment("message", [], p => p.Number(0x3705, 5).Interface(0x3701, [.. new byte[16], .. inner])).Attachment("flat.txt", "flat"u8).ToArray();
        var content = Scan(Message(tnef)).Contents.Single();
        Assert.Multiple(() =>
        {
            Assert.That(content.Files.Select(file => file.Name), Is.EqualTo((string[])["deep.txt", "flat.txt"]));
            Assert.That(content.Files.Select(file => Encoding.ASCII.GetString(tnef, (int)file.Offset, (int)file.Size)), Is.EqualTo((string[])["deep", "flat"]));
        });
    }

    [Test]
    public void Files_are_those_that_MimeKit_extracts()
    {
        var tnef = new TnefFile().Message(p => p.Ansi(0x1000, "x\0")).Attachment("a.txt", "one"u8, p => p.Ansi(0x3707, "long name.txt\0")).Attachment("b.bin", new byte[100_000]).ToArray();
        using var part = new MimeKit.Tnef.TnefPart { Content = new MimeKit.MimeContent(new MemoryStream(tnef)) };
        var theirs = part.ExtractAttachments().OfType<MimeKit.MimePart>().Where(file => file.FileName is not null).Select(file =>
        {
            using var octets = new MemoryStream();
            file.Content!.DecodeTo(octets);
            return (file.FileName, Convert.ToHexString(octets.ToArray()));
        });
        var ours = Scan(Message(tnef)).Contents.Single().Files.Select(file => (file.Name!, Convert.ToHexString(tnef, (int)file.Offset, (int)file.Size)));
        Assert.That(ours, Is.EqualTo(theirs));
    }

    [TestCase(0)]
    [TestCase(10)]
    [TestCase(60)]
    [TestCase(-1)]
    public void Broken_content_stays_one_file(int length)
    {
        var tnef = new TnefFile().Message(p => p.Ansi(0x1000, "x\0")).Attachment("a.txt", new byte[200]).ToArray();
        Assert.That(Scan(Message(tnef[..(length < 0 ? tnef.Length - 100 : length)])).Contents.Single().Files, Is.Empty);
    }

    [Test]
    public void A_length_that_nothing_backs_costs_nothing()
    {
        // A property with a name of two gigabytes.
        var tnef = new TnefFile().Message(p => p.Raw(0x001F, 0x8001, [.. new byte[16], 1, 0, 0, 0, 0xF0, 0xFF, 0xFF, 0x7F])).ToArray();
        var message = Message(tnef);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Scan(message).Contents.Single().Files, Is.Empty);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2_000_000));
    }

    [Test]
    public void RTF_sizes_that_nothing_backs_cost_nothing()
    {
        var rtf = Rtf("{\\rtf1 rich}");
        BinaryPrimitives.WriteInt32LittleEndian(rtf.AsSpan(4), int.MaxValue);
        Assert.That(Read(new TnefFile().Message(p => p.Binary(0x1009, rtf)).ToArray()), Is.EqualTo("rich"));
    }

    [FsCheck.NUnit.Property(MaxTest = 2_000, EndSize = 200)]
    public Property Mutated_content_breaks_nothing()
    {
        var tnef = new TnefFile().Message(p => p.Ansi(0x1000, "text\0").Binary(0x1009, Rtf("{\\rtf1 rich}")))
            .Attachment("a.txt", "one"u8, p => p.Ansi(0x3707, "long.txt\0")).Attachment("m", [], p => p.Number(0x3705, 5).Interface(0x3701, [.. new byte[16], .. new TnefFile().ToArray()])).ToArray();
        var mutations = Gen.Choose(0, tnef.Length - 1).Zip(Gen.Choose(0, 255)).ArrayOf();
        return Prop.ForAll(mutations.ToArbitrary(), changes =>
        {
            var mutated = tnef.ToArray();
            foreach (var (at, octet) in changes)
            {
                mutated[at] = (byte)octet;
            }
            return Scan(Message(mutated)).Contents.All(content => content.Files.All(file => file.Offset >= 0 && file.Size >= 0 && file.Offset + file.Size <= content.Size));
        });
    }

    [TestCase("{\\rtf1 a\\b b\\b0  c}", "ab c")]
    [TestCase("{\\rtf1 a{\\*\\unknown hidden}{\\info{\\author Ann}}b}", "ab")]
    [TestCase("{\\rtf1\\uc2 \\u8364 EUx\\u-3913 ??y}", "€x\uF0B7y")]
    [TestCase("{\\rtf1\\ansi\\ansicpg932 \\'89\\'ef\\'8b\\'63}", "会議")]
    [TestCase("{\\rtf1 \\{a\\}\\\\~\\~b\\tab c\\line d\\emdash}", "{a}\\~\u00A0b\tc\nd—")]
    [TestCase("{\\rtf1\\fromhtml1{\\*\\htmltag64 <p>}\\htmlrtf \\par {\\htmlrtf0 Hello{\\*\\htmltag4 <b>}\\htmlrtf \\b\\htmlrtf0 Bob}", "\nHelloBob")]
    [TestCase("{\\rtf1 a\\bin5 {}\\\\xb}}}}c", "abc")]
    [TestCase("{\\rtf1 a\r\nb\\", "ab")]
    public void Rich_text(string rtf, string text)
    {
        var output = new StringBuilder();
        var reader = new RtfText(output);
        foreach (var octet in Encoding.Latin1.GetBytes(rtf))
        {
            reader.Write([octet]);
        }
        reader.Complete();
        Assert.That(output.ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Contents_are_encoded_for_the_store()
    {
        PartContent[] contents = [new([1, 2], 7) { Files = [new("ü.txt", "text/plain", null, 1, 2)], Text = new(EmbeddedTextKind.Html, "cp1252", 3, 4) }, new([3], 5)];
        Assert.That(PartContent.Encode(PartContent.Decode(PartContent.Encode(contents))), Is.EqualTo(PartContent.Encode(contents)));
        Assert.That(PartContent.Decode(PartContent.Encode(contents))[0].Text, Is.EqualTo(contents[0].Text));
    }

    static byte[] Message(byte[] tnef) =>
    [
        .. "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8,
        .. Base64(tnef),
        .. "\r\n--b--\r\n"u8,
    ];

    static byte[] Base64(byte[] tnef) => Encoding.ASCII.GetBytes(Convert.ToBase64String(tnef, Base64FormattingOptions.InsertLineBreaks));

    static MessageScan Scan(byte[] message)
    {
        var scanner = new MessageScanner();
        scanner.Write(message);
        return scanner.Complete((offset, destination) =>
        {
            var rest = message.AsSpan((int)Math.Min(offset, message.Length));
            var count = Math.Min(rest.Length, destination.Length);
            rest[..count].CopyTo(destination);
            return count;
        });
    }

    static string Read(byte[] tnef) => Read(tnef, Scan(Message(tnef)).Contents.Single().Text);

    static string Read(byte[] tnef, EmbeddedText? text)
    {
        var reader = new EmbeddedTextReader(text!);
        reader.Write(tnef.AsSpan((int)text!.Offset, (int)text.Size));
        return reader.Complete().Text.TrimEnd('\n');
    }

    // Uncompressed ("MELA", MS-OXRTFCP §2.1.3.1.1).
    static byte[] Rtf(string rtf)
    {
        var octets = Encoding.Latin1.GetBytes(rtf);
        var all = new byte[16 + octets.Length];
        BinaryPrimitives.WriteInt32LittleEndian(all, octets.Length + 12);
        BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(4), octets.Length);
        BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(8), 0x414C454D);
        octets.CopyTo(all, 16);
        return all;
    }
}
