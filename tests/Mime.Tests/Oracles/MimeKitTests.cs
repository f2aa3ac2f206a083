using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;
using AgentPost.Mime.Transfer;
using MimeKit.Utils;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>Compares what the scanner finds in a message with what MimeKit finds: structure, decoded contents and texts, file names, and fields. mimekit-differs.txt explains the differences.</summary>
sealed class MimeKitTests
{
    const int Seed = 2045;
    const int Generated = 300;

    static readonly SearchValues<char> Specials = SearchValues.Create(" \t()<>@,;:\\\"[]");
    static readonly KnownDifferences Differences = new("mimekit-differs.txt");

    [Test]
    public void Differences_are_of_messages_that_are_compared() => Assert.That(Differences.Messages, Is.SubsetOf(CorpusMessage.All.Select(message => message.Name)));

    static IEnumerable<TestCaseData> Messages() => CorpusMessage.All.Select(message => new TestCaseData(message) { TestName = $"MimeKit {message.Name}" });

    [TestCaseSource(nameof(Messages))]
    public void Compare(CorpusMessage message)
    {
        var theirs = MimeKitReading.Describe(message.WithLineEndsOfMail);
        var ours = Ours(message.WithLineEndsOfMail);
        var differing = ours.Where(item => item.Value != theirs[item.Key]).Select(item => item.Key).ToList();
        var expected = Differences.Of(message);
        foreach (var item in differing.Except(expected.Items))
        {
            TestContext.Out.WriteLine($"{item}\nours   {ours[item]}\ntheirs {theirs[item]}");
        }
        Assert.That(differing, Is.EquivalentTo(expected.Items), expected.Why);
    }

    [Test]
    public void Compare_generated_messages()
    {
        var random = new Random(Seed);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < Generated; i++)
            {
                var message = GeneratedMessage.Next(random);
                var theirs = MimeKitReading.Describe(message);
                // Text that claims to be ISO-8859-1 is windows-1252 here, as in browsers.
                Assert.That(
                    Ours(message).Select(item => $"{item.Key} {item.Value}".Replace('Ÿ', '\u009f')), Is.EqualTo(theirs.Select(item => $"{item.Key} {item.Value}")), Convert.ToBase64String(message));
            }
        });
    }

    static Dictionary<string, string> Ours(byte[] message)
    {
        var scan = Scanning.Scan(message);
        var envelope = scan.Envelope.Span;
        var found = new Found(message);
        found.Append(scan.Root, ImapData.Parse(scan.BodyStructure.Span), "");
        return new()
        {
            ["types"] = string.Join('\n', found.Types),
            ["contents"] = string.Join('\n', found.Contents),
            ["texts"] = string.Join('\n', found.Texts),
            ["names"] = string.Join('\n', BodyParts.Read(scan.BodyStructure.Span).Where(part => part is { FileName: not null, IsNamedBySubject: false }).Select(part => $"{Number(part, scan.Root)} {part.FileName}")),
            ["Subject"] = EnvelopeReader.Subject(envelope),
            ["Message-ID"] = scan.InternetMessageId ?? "",
            ["References"] = string.Join(' ', MessageAncestry.Of(scan.Header.Span).Count == 0 ? [] : References(scan)),
            ["Date"] = scan.SentAt is { } date ? MimeKitReading.Date(date) : "",
            ["From"] = Addresses(envelope, EnvelopeField.From),
            ["To"] = Addresses(envelope, EnvelopeField.To),
        };
    }

    static IReadOnlyList<string> References(MessageScan scan)
    {
        var header = new HeaderBlock();
        header.Append(scan.Header.Span);
        header.Parse();
        return MessageIds.All(header.Text("References"u8));
    }

    // The body of a message that is not a multipart is its part 1, and the root there.
    static string Number(BodyPart part, MimePart root) => root.Kind != MimePartKind.Multipart ? "-" : string.Join('.', part.Path);

    static string Addresses(ReadOnlySpan<byte> envelope, EnvelopeField field) =>
        string.Join(", ", EnvelopeReader.Addresses(envelope, field).Select(address => $"{address.Name} <{Mailbox(address)}>"));

    static string Mailbox(EnvelopeAddress address) => address.Host is { Length: > 0 } host ? $"{Quoted(address.Mailbox ?? "")}@{host}" : address.Mailbox ?? "";

    static string Quoted(string local) => local.Length > 0 && !local.AsSpan().ContainsAny(Specials) ? local : MimeUtils.Quote(local);

    sealed class Found(byte[] message)
    {
        public List<string> Types { get; } = [];
        public List<string> Contents { get; } = [];
        public List<string> Texts { get; } = [];

        // A message part and the message in it are one body in BODYSTRUCTURE and two parts in the tree.
        public void Append(MimePart part, object? structure, string number)
        {
            var body = (object?[])structure!;
            var shown = number.Length == 0 ? "-" : number;
            var isMultipart = body[0] is object?[];
            var subtype = Array.FindIndex(body, item => item is byte[]);
            Types.Add(isMultipart ? $"{shown} MULTIPART/{Text(body[subtype])}" : $"{shown} {Text(body[0])}/{Text(body[1])}");
            if (part.Kind == MimePartKind.Leaf)
            {
                (Text(body[0]) == "TEXT" ? Texts : Contents).Add($"{shown} {Leaf(part, body)}");
            }
            for (var i = 0; i < part.Children.Count; i++)
            {
                Append(part.Children[i], isMultipart ? body[i] : body[8], number.Length == 0 ? $"{i + 1}" : $"{number}.{i + 1}");
            }
        }

        string Leaf(MimePart part, object?[] body)
        {
            var encoded = message.AsSpan((int)part.BodyOffset, (int)(part.EndOffset - part.BodyOffset));
            if (Text(body[0]) == "TEXT")
            {
                var parameters = ((object?[]?)body[2] ?? []).Chunk(2).Select(pair => new MimeParameter(Text(pair[0]), (byte[]?)pair[1] ?? [])).ToList();
                var type = new ContentType("TEXT", Text(body[1]), parameters);
                var text = new StringBuilder();
                var decoder = new TextDecoder();
                decoder.Begin(type, part.Encoding, new PlainText(text));
                decoder.Write(encoded);
                decoder.End();
                return text.ToString().ReplaceLineEndings("\n");
            }
            var decoding = TransferDecoder.For(part.Encoding) ?? new IdentityDecoder();
            var decoded = new byte[encoded.Length + 2 * TransferDecoder.Overhead];
            var count = decoding.Decode(encoded, decoded);
            count += decoding.Complete(decoded.AsSpan(count));
            return Encoding.Latin1.GetString(decoded, 0, count);
        }
    }

    static string Text(object? value) => value is byte[] text ? Encoding.Latin1.GetString(text) : "";
}
