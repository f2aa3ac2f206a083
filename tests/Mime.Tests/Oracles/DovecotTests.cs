using System.Buffers;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>What we find in a message beside what Dovecot finds in it. Where they differ, dovecot-differs.txt says why; letters of BODYSTRUCTURE are compared without case.</summary>
[NonParallelizable]
sealed class DovecotTests
{
    const int Seed = 9051;
    const int Generated = 200;

    // It keeps no message of nothing, and gives NUL as 0x80.
    static readonly CorpusMessage[] Compared = [.. CorpusMessage.All.Where(message => message.Octets.Length > 0 && !message.Octets.Contains((byte)0))];

    static readonly KnownDifferences Differences = new("dovecot-differs.txt");

    static readonly Lazy<Task<Dictionary<int, Dictionary<string, object?>>>> Answers = new(() => Dovecot.FetchAsync([.. Compared.Select(Ask)]));

    [Test]
    public void Differences_are_of_messages_that_are_compared() => Assert.That(Differences.Messages, Is.SubsetOf(Compared.Select(message => message.Name)));

    // What contains delimiters is left out: where the last line end of a multipart belongs is known to differ.
    [Test]
    public async Task Compare_generated_messages()
    {
        var random = new Random(Seed);
        var messages = Enumerable.Range(0, Generated).Select(_ => GeneratedMessage.Next(random)).ToList();
        var answers = await Dovecot.FetchAsync([.. messages.Select(Ask)]);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < messages.Count; i++)
            {
                var theirs = answers[i + 1];
                var compared = Ours(messages[i]).Where(item => !item.Value.Contains("--b", StringComparison.Ordinal)).ToList();
                Assert.That(
                    compared.Select(item => $"{item.Key} {Unfolded(item.Value)}"),
                    Is.EqualTo(compared.Select(item => $"{item.Key} {Unfolded(Normal(item.Key, theirs.GetValueOrDefault(item.Key)))}")),
                    Convert.ToBase64String(messages[i]));
            }
        });
    }

    // A tab that folds a field is a blank there.
    static string Unfolded(string value) => value.Replace('\t', ' ');

    static IEnumerable<TestCaseData> Messages() => Compared.Select((message, i) => new TestCaseData(message, i + 1) { TestName = $"Dovecot {message.Name}" });

    [TestCaseSource(nameof(Messages))]
    public async Task Compare(CorpusMessage message, int number)
    {
        var theirs = (await Answers.Value)[number];
        var ours = Ours(message.WithLineEndsOfMail);
        var differing = ours.Where(item => item.Value != Normal(item.Key, theirs.GetValueOrDefault(item.Key))).Select(item => item.Key).ToList();
        differing.RemoveAll(item => Whole(item) is { } whole && differing.Contains(whole));
        var expected = Differences.Of(message);
        foreach (var item in differing.Except(expected.Items))
        {
            TestContext.Out.WriteLine($"{item}\nours   {ours[item]}\ntheirs {Normal(item, theirs.GetValueOrDefault(item))}");
        }
        // What a later Dovecot has mended is no failure.
        Assert.That(differing, Dovecot.IsOfVersion23 ? Is.EquivalentTo(expected.Items) : Is.SubsetOf(expected.Items), expected.Why);
    }

    static (byte[] Message, IEnumerable<string> Items) Ask(CorpusMessage message) => Ask(message.WithLineEndsOfMail);

    static (byte[] Message, IEnumerable<string> Items) Ask(byte[] message) => (message, Ours(message).Keys.Select(item => item.Replace("[", ".PEEK[", StringComparison.Ordinal)));

    static Dictionary<string, string> Ours(byte[] message)
    {
        var scan = Scanning.Scan(message);
        var ours = new Dictionary<string, string>
        {
            ["ENVELOPE"] = Normal("ENVELOPE", ImapData.Parse(scan.Envelope.Span)),
            ["BODYSTRUCTURE"] = Normal("BODYSTRUCTURE", ImapData.Parse(scan.BodyStructure.Span)),
            ["RFC822.SIZE"] = scan.Octets.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var section in Sections(scan.Root, []))
        {
            var range = section.Locate(scan.Root);
            var octets = range is { } r ? message[(int)r.Offset..(int)(r.Offset + r.Octets)] : null;
            ours[$"BODY[{Name(section)}]"] = Normal("BODY[", octets);
            if (section.Text == SectionText.Header && octets is not null)
            {
                ours[$"BODY[{Name(section)}.FIELDS (SUBJECT FROM X-NONE)]"] = Normal("BODY[", Fields(octets, HeaderFilter.Only));
                ours[$"BODY[{Name(section)}.FIELDS.NOT (SUBJECT FROM X-NONE)]"] = Normal("BODY[", Fields(octets, HeaderFilter.AllBut));
            }
        }
        foreach (var (path, leaf) in Leaves(scan.Root, []))
        {
            if (leaf.Encoding != ContentTransferEncoding.Uuencode && TransferDecoder.For(leaf.Encoding) is { } decoder)
            {
                ours[$"BINARY[{string.Join('.', path)}]"] = Normal("BINARY[", Decoded(decoder, message.AsSpan((int)leaf.BodyOffset, (int)(leaf.EndOffset - leaf.BodyOffset))));
            }
        }
        return ours;
    }

    // What is made of other octets differs with them.
    static string? Whole(string item) =>
        item.StartsWith("BINARY[", StringComparison.Ordinal) ? item.Replace("BINARY[", "BODY[", StringComparison.Ordinal)
        : item.IndexOf(".FIELDS", StringComparison.Ordinal) is > 0 and var end ? item[..end] + "]"
        : null;

    static byte[] Fields(byte[] header, HeaderFilter filter)
    {
        var fields = new ArrayBufferWriter<byte>();
        HeaderFields.Filter(header, ["SUBJECT", "FROM", "X-NONE"], filter, fields);
        return fields.WrittenSpan.ToArray();
    }

    static byte[] Decoded(TransferDecoder decoder, ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[encoded.Length + 2 * TransferDecoder.Overhead];
        var count = decoder.Decode(encoded, decoded);
        count += decoder.Complete(decoded.AsSpan(count));
        return decoded[..count];
    }

    static IEnumerable<(int[] Path, MimePart Leaf)> Leaves(MimePart part, int[] path) => part.Kind switch
    {
        MimePartKind.Multipart => part.Children.SelectMany((child, i) => Leaves(child, [.. path, i + 1])),
        // A multipart in a message takes the message's number.
        MimePartKind.Message when path.Length == 0 => Leaves(part, [1]),
        MimePartKind.Message => Leaves(part.Children[0], part.Children[0].Kind == MimePartKind.Multipart ? path : [.. path, 1]),
        _ => [(path.Length == 0 ? [1] : path, part)],
    };

    static IEnumerable<Section> Sections(MimePart part, int[] path)
    {
        if (path.Length == 0 || part.Kind == MimePartKind.Message)
        {
            yield return new Section(path, SectionText.Header, []);
            yield return new Section(path, SectionText.Text, []);
        }
        yield return new Section(path, SectionText.Whole, []);
        if (path.Length > 0)
        {
            yield return new Section(path, SectionText.Mime, []);
        }
        // The children of a message are those of the multipart in it, or its only part.
        var holder = part.Kind == MimePartKind.Message && path.Length > 0 ? part.Children[0] : part;
        var children = holder.Kind == MimePartKind.Multipart ? holder.Children : path.Length == 0 || part.Kind == MimePartKind.Message ? [holder] : [];
        for (var i = 0; i < children.Count; i++)
        {
            var isSelf = ReferenceEquals(children[i], holder);
            foreach (var section in isSelf ? OwnPart([.. path, 1]) : Sections(children[i], [.. path, i + 1]))
            {
                yield return section;
            }
        }
    }

    static IEnumerable<Section> OwnPart(int[] path) => [new Section(path, SectionText.Whole, []), new Section(path, SectionText.Mime, [])];

    static string Name(Section section)
    {
        var text = section.Text switch
        {
            SectionText.Header => "HEADER",
            SectionText.Text => "TEXT",
            SectionText.Mime => "MIME",
            _ => "",
        };
        return string.Join('.', section.Path.Select(number => $"{number}").Append(text).Where(word => word.Length > 0));
    }

    // What is missing has a name there.
    static string Normal(string item, object? value)
    {
        var text = ImapData.Normal(value, item == "BODYSTRUCTURE" ? ImapCase.Ignored : ImapCase.Kept);
        return item.Contains('[') ? text : text.Replace("MISSING_MAILBOX", "", StringComparison.Ordinal).Replace("MISSING_DOMAIN", "", StringComparison.Ordinal);
    }
}
