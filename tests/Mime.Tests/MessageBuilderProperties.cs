using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;
using FsCheck;
using FsCheck.Fluent;
using MimeKit.Utils;

namespace AgentPost.Mime.Tests;

/// <summary>Any contents are read back the same by the scanner, by MimeKit's parser and by Python's email package.</summary>
sealed class MessageBuilderProperties
{
    static readonly string[] Pieces =
    [
        "a", "word", " ", "  ", "\t", "é", "漢字", "😀", "\"", "\\", "(", ")", "<", ">", "@", ",", ";", ":", "=", "=?", "?=", "_", "%", "'", "*", ".", "-- ", "--=_", "From ", "=?utf-8?Q?a?=",
        "\u0001", "\u007f", "\u0085", "\u00a0", "\u2028", "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    ];

    static readonly string[] Breakers = ["\r", "\n", "\r\n", "\r\n\r\n", "\0", "\nBcc: victim@x.example", "\r\n \r\n"];

    static Gen<string> Value => Gen.Elements(Pieces).ArrayOf().Select(string.Concat);

    static Gen<string> Name => Value.Where(value => value.Length > 0);

    // RFC 5321 §4.5.3.1: 64 bytes. What is quoted already is not quoted again.
    static Gen<string> Local => Name.Select(value => string.Concat(value.Where(character => !char.IsControl(character))))
        .Where(value => value.Length > 0 && Encoding.UTF8.GetByteCount(value) <= 64 && !(value.StartsWith('"') && value.EndsWith('"')));

    static Gen<string> Id => Name.Select(value => string.Concat(value.Where(character => !char.IsWhiteSpace(character))))
        .Where(HeaderValues.IsId);

    static Gen<string> Lines => Gen.Elements([.. Pieces, "\n", "\r\n", "\r", "\n\n", ".\n", " \n", "\f"]).ArrayOf().Select(string.Concat);

    static Gen<byte[]> Content => Gen.Choose(0, 255).Select(o => (byte)o).ArrayOf();

    static Gen<Contents> Any => from subject in Value
                                from name in Value
                                from local in Local
                                from header in Value
                                from fileName in Name
                                from id in Id
                                from text in Lines
                                from html in Lines
                                from content in Content
                                select new Contents(subject, name, local, header, fileName, id, text, html, Convert.ToHexString(content));

    [FsCheck.NUnit.Property(MaxTest = 2_000, EndSize = 60)]
    public Property The_scanner_reads_what_went_in() => Prop.ForAll(Any.ToArbitrary(), contents =>
    {
        var octets = MessageBuilderTests.Octets(contents.Builder());
        MessageBuilderTests.AssertLines(octets);
        return Same(contents.OnOneLine().AsRead(), Scanned(octets));
    });

    [FsCheck.NUnit.Property(MaxTest = 1_000, EndSize = 60)]
    public Property MimeKit_reads_what_went_in() => Prop.ForAll(Any.ToArbitrary(), contents =>
        Same(contents.ForMimeKit().Trimmed().AsRead(), Parsed(MessageBuilderTests.Octets(contents.ForMimeKit().Builder()))));

    [FsCheck.NUnit.Property(MaxTest = 300, EndSize = 60)]
    public Property Two_writes_give_the_same_bytes() => Prop.ForAll(Any.ToArbitrary(), contents =>
    {
        var built = contents.Builder().Build();
        return Written(built).SequenceEqual(Written(built));
    });

    // Whatever the values, either the message is refused or its header has the fields that were asked for, and no more.
    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 40)]
    public Property No_value_adds_a_field()
    {
        var values = Gen.Elements([.. Pieces, .. Breakers]).ArrayOf().Select(string.Concat);
        return Prop.ForAll((from value in values from place in Gen.Choose(0, Places.Count - 1) select (value, place)).ToArbitrary(), c =>
        {
            var builder = MessageBuilderTests.Builder();
            Places[c.place](builder, c.value);
            byte[] octets;
            try
            {
                octets = MessageBuilderTests.Octets(builder);
            }
            catch (ArgumentException)
            {
                return true;
            }
            MessageBuilderTests.AssertLines(octets);
            var scan = Scanning.Scan(octets);
            return FieldNames(octets, scan.Root).IsSubsetOf(Expected) && !c.value.AsSpan().ContainsAny('\r', '\n', '\0');
        });
    }

    [Test]
    public async Task Python_reads_what_went_in()
    {
        var all = Any.Sample(200, 40).Select(contents => contents.ForPython()).ToList();
        var read = await ReadByPythonAsync(all.Select(contents => MessageBuilderTests.Octets(contents.Builder())));
        Assert.That(read, Is.EqualTo(all.Select(contents => contents.AsRead())));
    }

    static readonly IReadOnlyList<Action<MessageBuilder, string>> Places =
    [
        (builder, value) => builder.Subject = value,
        (builder, value) => builder.MessageId = value,
        (builder, value) => builder.InReplyTo = value,
        (builder, value) => builder.References = ["a@b", value],
        (builder, value) => builder.Fields = [("X-A", value)],
        (builder, value) => builder.Fields = [("List-Unsubscribe", value)],
        (builder, value) => builder.Fields = [("Resent-To", value)],
        (builder, value) => builder.Fields = [("X-" + value, "x")],
        (builder, value) => builder.From = [new MailboxAddress(value + "@x.example")],
        (builder, value) => builder.From = [new MailboxAddress("a@" + value)],
        (builder, value) => builder.Sender = new MailboxAddress("a@b", value),
        (builder, value) => builder.Cc = [new MailboxAddress("a@b", value)],
        (builder, value) => builder.To = [new GroupAddress(value, [new MailboxAddress("a@b", value)])],
        (builder, value) => builder.Attachments = [File with { FileName = value }],
        (builder, value) => builder.Attachments = [File with { ContentType = "a/b; x=" + value }],
        (builder, value) => builder.Attachments = [File with { Parameters = [("x", value)] }],
        (builder, value) => (builder.Html, builder.InlineFiles) = ("", [File with { ContentId = value }]),
    ];

    static readonly IReadOnlySet<string> Expected = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-A", "List-Unsubscribe", "Resent-To", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "Content-Disposition", "Content-ID",
    };

    static MessageFile File => MessageFile.FromMemory("image/png", [1]);

    static bool Same(string[] expected, string[] read)
    {
        Assert.That(read, Is.EqualTo(expected));
        return true;
    }

    static byte[] Written(BuiltMessage built)
    {
        var output = new MemoryStream();
        built.WriteToAsync(output, CancellationToken.None).GetAwaiter().GetResult();
        return output.ToArray();
    }

    // Of the message and of all its parts; "X-…" is the name that a test may have made.
    static HashSet<string> FieldNames(byte[] octets, MimePart part)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var reader = new HeaderFieldReader(octets.AsSpan((int)part.HeaderOffset, (int)(part.BodyOffset - part.HeaderOffset)));
        while (reader.Read())
        {
            var name = Encoding.ASCII.GetString(reader.Name);
            names.Add(name.StartsWith("X-", StringComparison.Ordinal) ? "X-A" : name);
        }
        names.UnionWith(part.Children.SelectMany(child => FieldNames(octets, child)));
        return names;
    }

    static string Unquoted(string address) => LocalPart.Read(address[..address.LastIndexOf('@')]) + address[address.LastIndexOf('@')..];

    static string[] Scanned(byte[] octets)
    {
        var scan = Scanning.Scan(octets);
        var header = new HeaderBlock();
        header.Append(scan.Header.Span);
        header.Parse();
        var (body, file) = (scan.Root.Children[0], scan.Root.Children[1]);
        var shown = BodyParts.Read(scan.BodyStructure.Span)[^1];
        return
        [
            EncodedWords.Decode(header.Text("Subject"u8)),
            AddressFields.First(header, "To"u8) is [{ Name: { } name }, ..] ? EncodedWords.Decode(name) : "",
            Unquoted(HeaderAddresses.Of(scan.Header.Span, "To"u8)[0]),
            EncodedWords.Decode(header.Text("X-Any"u8)),
            shown.FileName ?? "",
            scan.References[^1],
            Encoding.UTF8.GetString(MessageBuilderTests.Content(octets, body.Children[0])),
            Encoding.UTF8.GetString(MessageBuilderTests.Content(octets, body.Children[1])),
            Convert.ToHexString(MessageBuilderTests.Content(octets, file)),
        ];
    }

    static string[] Parsed(byte[] octets)
    {
        var message = MimeKit.MimeMessage.Load(new MemoryStream(octets));
        var mixed = (MimeKit.Multipart)message.Body!;
        var body = (MimeKit.MultipartAlternative)mixed[0];
        var file = (MimeKit.MimePart)mixed[1];
        var mailbox = message.To.Mailboxes.First();
        Assert.That(file.ContentType.Name?.Trim(), Is.Null.Or.EqualTo(file.FileName?.Trim()));
        return
        [
            message.Subject ?? "", mailbox.Name ?? "", $"{MimeUtils.Unquote(mailbox.LocalPart)}@{mailbox.Domain}", message.Headers["X-Any"] ?? "", file.FileName ?? "", message.References[^1],
            Encoding.UTF8.GetString(Decoded(body[0])), Encoding.UTF8.GetString(Decoded(body[1])), Convert.ToHexString(Decoded(file)),
        ];
    }

    static byte[] Decoded(MimeKit.MimeEntity part)
    {
        var output = new MemoryStream();
        ((MimeKit.MimePart)part).Content?.DecodeTo(output);
        return output.ToArray();
    }

    static async Task<string[][]> ReadByPythonAsync(IEnumerable<byte[]> messages)
    {
        const string Script = """
            import sys, json, base64, email, email.header, email.utils
            def decoded(value):
                return str(email.header.make_header(email.header.decode_header(value.replace('\r\n', ''))))
            result = []
            for line in sys.stdin:
                m = email.message_from_bytes(base64.b64decode(line))
                parts = list(m.walk())
                text = next(p for p in parts if p.get_content_type() == 'text/plain')
                html = next(p for p in parts if p.get_content_type() == 'text/html')
                file = next(p for p in parts if p.get_content_type() == 'application/pdf')
                name, address = email.utils.getaddresses([m['To'].replace('\r\n', '')])[0]
                local, domain = address.rsplit('@', 1)
                local = email.utils.unquote(local)
                file_name = email.utils.collapse_rfc2231_value(file.get_param('filename', header='content-disposition'))
                result.append([
                    decoded(m['Subject']), decoded(name), local + '@' + domain, decoded(m['X-Any']), file_name,
                    m['References'].split('<')[-1].rstrip('>'), text.get_payload(decode=True).decode('utf-8'),
                    html.get_payload(decode=True).decode('utf-8'), file.get_payload(decode=True).hex().upper()])
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

    sealed record Contents(string Subject, string Name, string Local, string Header, string FileName, string Id, string Text, string Html, string Content)
    {
        public MessageBuilder Builder() => new(TimeProvider.System, "h")
        {
            From = [new MailboxAddress("a@b")],
            To = [new MailboxAddress($"{Local}@x.example", Name), new MailboxAddress("b@x.example", Name)],
            Subject = Subject,
            Fields = [("X-Any", Header)],
            References = ["first@x", Id],
            Text = Text,
            Html = Html,
            Attachments = [MessageFile.FromMemory("application/pdf", Convert.FromHexString(Content)) with { FileName = FileName }],
        };

        public string[] AsRead() =>
            [Subject, Name, $"{Local}@x.example", Header, FileName, Id, MessageBuilderTests.Canonical(Text), MessageBuilderTests.Canonical(Html), Content];

        // MimeKit reads well-formed ids only, and trims what it has decoded.
        public Contents ForMimeKit() => this with { Id = PlainId };

        public Contents Trimmed() => this with { Subject = Subject.Trim(), Header = Header.Trim(), FileName = FileName.Trim() };

        // A file name is shown on one line.
        public Contents OnOneLine() => this with { FileName = DisplayText.Clean(FileName) };

        // Python reads blanks at the ends, controls and addresses beyond ASCII in ways of its own.
        public Contents ForPython() => this with
        {
            Subject = $"x{Clean(Subject)}x",
            Name = $"x{Clean(Name)}x",
            Local = string.Concat(Local.Where(char.IsAsciiLetterOrDigit)) + "a",
            Header = $"x{Clean(Header)}x",
            FileName = $"x{Clean(FileName)}.txt",
            Id = PlainId,
        };

        string PlainId => string.Concat(Id.Where(char.IsAsciiLetterOrDigit)) + "a@x";

        static string Clean(string text) => string.Concat(text.Where(character => !char.IsControl(character) && (character == ' ' || !char.IsWhiteSpace(character))))
            .Replace("=?", "", StringComparison.Ordinal);
    }
}
