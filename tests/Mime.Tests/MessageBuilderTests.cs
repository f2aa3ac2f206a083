using System.Globalization;
using System.Text;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Tests;

/// <summary>What the builder writes is, read again, what went in.</summary>
sealed class MessageBuilderTests
{
    static readonly DateTimeOffset Noon = new(2024, 2, 29, 12, 0, 0, TimeSpan.FromHours(-3.5));

    internal static MessageBuilder Builder() => new(TimeProvider.System, "host.example")
    {
        From = [new MailboxAddress("a@b.example")],
        To = [new MailboxAddress("c@d.example")],
        Date = Noon,
        MessageId = "id@host.example",
    };

    [Test]
    public void Plain_text_is_one_part()
    {
        var builder = Builder();
        builder.Subject = "Hello";
        builder.Text = "Line one\nLine two";
        Assert.That(Written(builder), Is.EqualTo("""
            From: a@b.example
            To: c@d.example
            Subject: Hello
            Date: Thu, 29 Feb 2024 12:00:00 -0330
            Message-ID: <id@host.example>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit

            Line one
            Line two

            """.ReplaceLineEndings("\r\n")));
    }

    [Test]
    public void Parts_are_nested_as_usual()
    {
        var builder = Builder();
        builder.Text = "text";
        builder.Html = "<img src='cid:i@x'>";
        builder.InlineFiles = [MessageFile.FromMemory("image/png", [1, 2, 3]) with { ContentId = "i@x", FileName = "i.png" }];
        builder.Attachments = [MessageFile.FromMemory("application/pdf", [4]), MessageFile.FromMemory("message/rfc822", "Subject: within\r\n\r\nbody\r\n"u8.ToArray())];
        var scan = Scan(builder, out _);
        Assert.Multiple(() =>
        {
            Assert.That(Shape(scan.Root), Is.EqualTo("((.(..)).[.])"));
            Assert.That(scan.Body(), Does.Contain("\"MIXED\"").And.Contain("\"ALTERNATIVE\"").And.Match("\"RELATED\" [^)]*\"TYPE\" \"text/html\"").And.Contain("\"<i@x>\"").IgnoreCase);
        });
    }

    [Test]
    public void Only_what_there_is_makes_parts()
    {
        var html = Builder();
        html.Html = "<p>";
        var file = Builder();
        file.Attachments = [MessageFile.FromMemory("text/plain", [65])];
        var inline = Builder();
        inline.Text = "x";
        inline.InlineFiles = [MessageFile.FromMemory("image/png", [1])];
        Assert.Multiple(() =>
        {
            Assert.That(Shape(Scan(Builder(), out _).Root), Is.EqualTo("."));
            Assert.That(Shape(Scan(html, out _).Root), Is.EqualTo("."));
            Assert.That(Shape(Scan(file, out _).Root), Is.EqualTo("(.)"));
            Assert.That(Shape(Scan(inline, out _).Root), Is.EqualTo("(..)"));
        });
    }

    [Test]
    public void Addresses_of_all_kinds()
    {
        var builder = Builder();
        builder.To =
        [
            new MailboxAddress("\"john doe\"@x.example", "Doe, \"Johnny\" \\ John"), new GroupAddress("Les élèves", [new MailboxAddress("a@x.example"), new MailboxAddress("b@x.example", "B")]),
            new GroupAddress("undisclosed-recipients", []), new MailboxAddress("x@bücher.example", "日本語"), new MailboxAddress("y@[127.0.0.1]"),
        ];
        var scan = Scan(builder, out var octets);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Folded.To, Is.EqualTo("doe, \"johnny\" \\ john <john doe@x.example> <\"john doe\"@x.example>, les élèves, a@x.example, b <b@x.example>, undisclosed-recipients, 日本語 <x@xn--bcher-kva.example>, y@[127.0.0.1]"));
            Assert.That(Encoding.UTF8.GetString(scan.Envelope.Span), Does.Contain("undisclosed-recipients").And.Contain("(NIL NIL NIL NIL)"));
            Assert.That(HeaderAddresses.Of(scan.Header.Span, "To"u8), Is.EqualTo((string[])["\"john doe\"@x.example", "a@x.example", "b@x.example", "x@xn--bcher-kva.example", "y@[127.0.0.1]"]));
            Assert.That(Ascii.IsValid(octets), Is.True);
        });
    }

    [TestCase("a@b>,<\"c\\@d.example", "\"a@b>,<\\\"c\\\\\"@d.example")]
    [TestCase("john doe@d.example", "\"john doe\"@d.example")]
    [TestCase("\"john doe\"@d.example", "\"john doe\"@d.example")]
    [TestCase("try..this@d.example", "\"try..this\"@d.example")]
    [TestCase("plain+tag@d.example", "plain+tag@d.example")]
    [TestCase("a@xn--bcher-kva.example", "a@xn--bcher-kva.example")]
    [TestCase("a@Bücher.example", "a@xn--bcher-kva.example")]
    [TestCase("a@xn--a.example", "a@xn--a.example")]
    [TestCase("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]")]
    [TestCase("a@b_c.example", "a@b_c.example")]
    [TestCase("a@localhost", "a@localhost")]
    [TestCase("\"\\\"@d.example", "\"\\\"\\\\\\\"\"@d.example")]
    public void A_local_part_is_quoted_where_it_must_be(string address, string written)
    {
        var builder = Builder();
        builder.To = [new MailboxAddress(address)];
        Assert.That(Written(builder), Does.Contain($"\r\nTo: {written}\r\n"));
    }

    [Test]
    public void Local_part_beyond_ASCII_needs_SMTPUTF8()
    {
        var builder = Builder();
        builder.To = [new MailboxAddress("jürgen@x.example")];
        Assert.Multiple(() =>
        {
            Assert.That(builder.Build().NeedsSmtpUtf8, Is.True);
            Assert.That(Builder().Build().NeedsSmtpUtf8, Is.False);
            Assert.That(HeaderAddresses.Of(Scan(builder, out _).Header.Span, "To"u8), Is.EqualTo((string[])["jürgen@x.example"]));
        });
    }

    [TestCase("\r\nBcc: victim@x.example")]
    [TestCase("\nBcc: victim@x.example")]
    [TestCase("\rBcc: victim@x.example")]
    [TestCase("\0")]
    public void No_value_ends_its_field(string injected)
    {
        var text = "x" + injected;
        var file = MessageFile.FromMemory("image/png", [1]);
        Action<MessageBuilder>[] settings =
        [
            b => b.Subject = text, b => b.MessageId = text, b => b.InReplyTo = text, b => b.References = [text], b => b.Fields = [("X-A", text)], b => b.Fields = [(text, "x")],
            b => b.From = [new MailboxAddress(text + "@x")], b => b.From = [new MailboxAddress("a@" + text)], b => b.Cc = [new MailboxAddress("a@b", text)], b => b.To = [new GroupAddress(text, [])],
            b => b.Attachments = [file with { FileName = text }], b => (b.Html, b.InlineFiles) = ("", [file with { ContentId = text }]),
        ];
        Assert.Multiple(() =>
        {
            foreach (var set in settings)
            {
                var builder = Builder();
                set(builder);
                Assert.That(builder.Build, Throws.InstanceOf<ArgumentException>(), $"setting {Array.IndexOf(settings, set)}");
            }
        });
    }

    [TestCase("From")]
    [TestCase("content-type")]
    [TestCase("X Y")]
    [TestCase("X:")]
    [TestCase("Xé")]
    [TestCase("")]
    public void Field_names_that_are_refused(string name)
    {
        var builder = Builder();
        builder.Fields = [(name, "x")];
        Assert.That(builder.Build, Throws.ArgumentException);
    }

    [TestCase("a")]
    [TestCase("a@")]
    [TestCase("@b")]
    [TestCase("a@b c")]
    [TestCase("a@b..c")]
    [TestCase("a@[1]]")]
    [TestCase("a\t@b")]
    [TestCase("\"\"@b")]
    [TestCase("a@.b")]
    [TestCase("a@b.")]
    public void Addresses_that_are_refused(string address)
    {
        var builder = Builder();
        builder.To = [new MailboxAddress(address)];
        Assert.That(builder.Build, Throws.ArgumentException);
    }

    [TestCase("a", "7BIT")]
    [TestCase("", "7BIT")]
    [TestCase("Viele Grüße aus der Stadt und bis bald", "QUOTED-PRINTABLE")]
    [TestCase("From here\n.\n", "QUOTED-PRINTABLE")]
    [TestCase("日本語の長い文章です。日本語の長い文章です。日本語の長い文章です。日本語の長い文章です。", "BASE64")]
    public void Encoding_is_chosen_by_content(string text, string encoding)
    {
        var builder = Builder();
        builder.Text = text;
        var scan = Scan(builder, out var octets);
        Assert.Multiple(() =>
        {
            Assert.That(scan.Body(), Does.Contain($"\"{encoding}\"").IgnoreCase);
            Assert.That(TextOf(scan, octets, scan.Root), Is.EqualTo(Canonical(text)));
        });
    }

    [Test]
    public void A_line_longer_than_998_octets_is_encoded()
    {
        var builder = Builder();
        builder.Text = new string('x', 999);
        var scan = Scan(builder, out var octets);
        Assert.That(TextOf(scan, octets, scan.Root), Is.EqualTo(builder.Text + "\r\n"));
        AssertLines(octets);
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("<a>")]
    public void An_own_id_that_no_header_can_carry_is_refused(string id)
    {
        var builder = Builder();
        builder.MessageId = id;
        Assert.That(builder.Build, Throws.ArgumentException);
    }

    [Test]
    public void References_that_no_header_can_carry_are_left_out()
    {
        var builder = Builder();
        builder.References = ["a@b", "a b", "<a>", "", new string('x', 998), "é@x", .. Enumerable.Range(0, 50).Select(i => $"{i}@long-host-name.example")];
        builder.InReplyTo = "49@long-host-name.example";
        var scan = Scan(builder, out var octets);
        Assert.That(scan.References, Is.EqualTo((string[])["a@b", "é@x", .. Enumerable.Range(0, 50).Select(i => $"{i}@long-host-name.example")]));
        AssertLines(octets);
    }

    [Test]
    public void Message_ids_are_of_the_host_and_differ()
    {
        var one = new MessageBuilder(TimeProvider.System, "host.example").MessageId;
        var other = new MessageBuilder(TimeProvider.System, "host.example").MessageId;
        Assert.That(one, Does.EndWith("@host.example").And.Not.EqualTo(other));
    }

    [Test]
    public void Delivery_report()
    {
        var builder = Builder();
        builder.Text = "It did not arrive.";
        builder.Report = new DeliveryReport("mx.example", [new RecipientReport("x@y.example", DeliveryAction.Failed, "5.1.1")
        {
            OriginalRecipient = "rfc822;jürgen@y.example",
            RemoteMta = "mx.y.example",
            SmtpReply = "550-5.1.1 No such\r\nBcc: user\r\n550 " + new string('x', 2000),
            LastAttemptAt = Noon,
        }])
        {
            ArrivedAt = Noon,
            OriginalEnvelopeId = "abc",
            Original = MessageFile.FromMemory("text/rfc822-headers", "Subject: grüß\r\n\r\n"u8.ToArray()),
        };
        var scan = Scan(builder, out var octets);
        var status = scan.Root.Children[1];
        Assert.Multiple(() =>
        {
            Assert.That(scan.Body(), Does.Match("\"REPORT\" [^)]*\"REPORT-TYPE\" \"delivery-status\"").IgnoreCase.And.Contain("\"RFC822-HEADERS\"").IgnoreCase);
            Assert.That(Shape(scan.Root), Is.EqualTo("(...)"));
            Assert.That(Encoding.ASCII.GetString(octets[(int)status.BodyOffset..(int)status.EndOffset]), Does.StartWith("""
                Reporting-MTA: dns; mx.example
                Original-Envelope-Id: abc
                Arrival-Date: Thu, 29 Feb 2024 12:00:00 -0330

                Original-Recipient: utf-8;j\x{FC}rgen@y.example
                Final-Recipient: rfc822; x@y.example
                Action: failed
                Status: 5.1.1
                Remote-MTA: dns; mx.y.example
                Diagnostic-Code: smtp; 550-5.1.1 No such Bcc: user 550
                """.ReplaceLineEndings("\r\n")).And.EndWith("\r\nLast-Attempt-Date: Thu, 29 Feb 2024 12:00:00 -0330\r\n\r\n"));
        });
        AssertLines(octets);
    }

    [Test]
    public async Task A_large_file_never_lies_in_memory()
    {
        var builder = Builder();
        builder.Attachments = [new MessageFile("application/zip", _ => ValueTask.FromResult<Stream>(new EndlessStream(25 << 20)))];
        var built = builder.Build();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var output = new CountingStream();
        await built.WriteToAsync(output, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(1 << 20));
            Assert.That(output.Octets, Is.GreaterThan((25 << 20) / 57 * 78));
        });
    }

    internal static byte[] Octets(MessageBuilder builder)
    {
        var output = new MemoryStream();
        builder.Build().WriteToAsync(output, CancellationToken.None).GetAwaiter().GetResult();
        return output.ToArray();
    }

    internal static MessageScan Scan(MessageBuilder builder, out byte[] octets)
    {
        octets = Octets(builder);
        return Scanning.Scan(octets);
    }

    internal static byte[] Content(byte[] octets, MimePart part)
    {
        var decoder = TransferDecoder.For(part.Encoding) ?? throw new ArgumentException("encoded in an unknown way", nameof(part));
        var body = octets.AsSpan((int)part.BodyOffset, (int)(part.EndOffset - part.BodyOffset));
        var output = new byte[body.Length + 2 * TransferDecoder.Overhead];
        var count = decoder.Decode(body, output);
        return output[..(count + decoder.Complete(output.AsSpan(count)))];
    }

    internal static string Canonical(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n";
    }

    internal static void AssertLines(byte[] octets)
    {
        var lines = Encoding.UTF8.GetString(octets).Split("\r\n");
        Assert.Multiple(() =>
        {
            Assert.That(lines.Where(line => Encoding.UTF8.GetByteCount(line) > 998 || line.AsSpan().ContainsAny('\r', '\n')), Is.Empty);
            var foldable = lines.TakeWhile(line => line.Length > 0).Where(line => line.Length > 80 && line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].TrimStart().Contains(' '));
            Assert.That(foldable.Where(line => !line.Contains('"') && line.Split(' ').Max(word => word.Length) < 70), Is.Empty);
        });
    }

    static string Written(MessageBuilder builder) => Encoding.UTF8.GetString(Octets(builder));

    static string TextOf(MessageScan scan, byte[] octets, MimePart part) => Encoding.UTF8.GetString(Content(octets, part)) + (scan.Octets == octets.Length ? "" : "?");

    static string Shape(MimePart part) => part.Kind switch
    {
        MimePartKind.Leaf => ".",
        MimePartKind.Message => $"[{Shape(part.Children[0])}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"({string.Concat(part.Children.Select(Shape))})"),
    };
}
