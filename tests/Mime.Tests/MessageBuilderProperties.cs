using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>Any contents come back from the scanner, and from Python's email package.</summary>
sealed class MessageBuilderProperties
{
    static readonly string[] Pieces =
    [
        "a", "word", " ", "  ", "\t", "é", "漢字", "😀", "\"", "\\", "(", ")", "<", ">", "@", ",", ";", ":", "=", "=?", "?=", "_", "%", "'", "*", ".", "-- ", "--=_", "From ", "=?utf-8?Q?a?=",
        "\u0001", "\u007f", "\u00a0", "\u2028", "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    ];

    static Gen<string> Value => Gen.Elements(Pieces).ArrayOf().Select(string.Concat);

    static Gen<string> Lines => Gen.Elements([.. Pieces, "\n", "\r\n", "\n\n", ".\n", " \n"]).ArrayOf().Select(string.Concat);

    static Gen<byte[]> Content => Gen.Choose(0, 255).Select(o => (byte)o).ArrayOf();

    [FsCheck.NUnit.Property(MaxTest = 2_000, EndSize = 60)]
    public Property Subject_and_display_name_come_back() => Prop.ForAll((from s in Value from n in Value select (s, n)).ToArbitrary(), c =>
    {
        var (subject, name) = c;
        var octets = MessageBuilderTests.Octets(new MessageBuilder(TimeProvider.System, "h") { Subject = subject, From = [new MailboxAddress("a@b", name), new MailboxAddress("c@d", name)] });
        MessageBuilderTests.AssertLines(octets);
        var header = new HeaderBlock();
        header.Append(octets);
        header.Parse();
        var decoded = EncodedWords.Decode(header.Text("Subject"u8));
        var expected = name.Length == 0 ? "a@b, c@d" : $"{name} <a@b>, {name} <c@d>";
        return decoded == subject && AddressFields.Text(AddressFields.All(header, "From"u8)) == expected && Ascii.IsValid(octets);
    });

    [FsCheck.NUnit.Property(MaxTest = 1_000, EndSize = 80)]
    public Property Contents_come_back()
    {
        var cases = from text in Lines from html in Lines from name in Value from one in Content from other in Content select (text, html, name, one, other);
        return Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var scan = MessageBuilderTests.Scan(Message(c.text, c.html, c.name, c.one, c.other), out var octets);
            MessageBuilderTests.AssertLines(octets);
            var body = scan.Root.Children[0];
            var related = body.Children[1];
            return Text(octets, body.Children[0]) == MessageBuilderTests.Canonical(c.text)
                && Text(octets, related.Children[0]) == MessageBuilderTests.Canonical(c.html)
                && MessageBuilderTests.Content(octets, related.Children[1]).SequenceEqual(c.one)
                && MessageBuilderTests.Content(octets, scan.Root.Children[1]).SequenceEqual(c.other)
                && scan.Root.Children.Count == 2;
        });
    }

    [Test]
    public async Task Python_reads_what_went_in()
    {
        var random = new Random(7);
        string Random() => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pieces[random.Next(Pieces.Length)])).Replace("\u2028", "", StringComparison.Ordinal);
        var messages = new List<byte[]>();
        var expected = new List<string[]>();
        for (var i = 0; i < 100; i++)
        {
            // Python takes encoded words and blanks at the ends in its own ways.
            var (subject, text, fileName) = ($"x{Clean(Random())}x", Random(), $"x{Clean(Random())}.txt");
            var content = Encoding.UTF8.GetBytes(Random());
            var builder = Message(text, $"<p>{text}", fileName, [1], content);
            builder.Subject = subject;
            messages.Add(MessageBuilderTests.Octets(builder));
            expected.Add([subject, MessageBuilderTests.Canonical(text), fileName, Convert.ToHexString(content)]);
        }
        var read = await ReadByPythonAsync(messages);
        Assert.That(read, Is.EqualTo(expected));
    }

    static string Clean(string text) => text.Replace("=?utf-8?Q?a?=", "", StringComparison.Ordinal).Replace("=?", "", StringComparison.Ordinal).Replace("\u0001", "", StringComparison.Ordinal)
        .Replace("\u007f", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal).Replace("\u00a0", "", StringComparison.Ordinal);

    static MessageBuilder Message(string text, string html, string fileName, byte[] inline, byte[] attached) => new(TimeProvider.System, "h")
    {
        From = [new MailboxAddress("a@b")],
        Text = text,
        Html = html,
        InlineFiles = [MessageFile.FromMemory("image/png", inline) with { ContentId = "c@x" }],
        Attachments = [MessageFile.FromMemory("application/pdf", attached) with { FileName = fileName }],
    };

    static string Text(byte[] octets, MimePart part) => Encoding.UTF8.GetString(MessageBuilderTests.Content(octets, part));

    static async Task<string[][]> ReadByPythonAsync(List<byte[]> messages)
    {
        const string Script = """
            import sys, json, base64, email, email.header
            def decoded(value):
                return str(email.header.make_header(email.header.decode_header(value)))
            result = []
            for line in sys.stdin:
                m = email.message_from_bytes(base64.b64decode(line))
                parts = list(m.walk())
                text = next(p for p in parts if p.get_content_type() == 'text/plain')
                file = next(p for p in parts if p.get_content_type() == 'application/pdf')
                name = email.utils.collapse_rfc2231_value(file.get_param('filename', header='content-disposition'))
                result.append([decoded(m['Subject'].replace('\r\n', '')), text.get_payload(decode=True).decode('utf-8'), name, file.get_payload(decode=True).hex().upper()])
            print(json.dumps(result))
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true }) ?? throw new InvalidOperationException("python3 did not start");
        foreach (var message in messages)
        {
            await python.StandardInput.WriteLineAsync(Convert.ToBase64String(message));
        }
        python.StandardInput.Close();
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        return JsonSerializer.Deserialize<string[][]>(output) ?? [];
    }
}
