using System.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>What we find in a message beside what Python's email finds in it. Where they differ, python-differs.txt says why.</summary>
sealed class PythonTests
{
    const int Seed = 2822;
    const int Generated = 300;

    // NUL is dropped from ENVELOPE, where IMAP has no way to write it.
    static readonly CorpusMessage[] Compared = [.. CorpusMessage.All.Where(message => !message.Octets.Contains((byte)0))];

    static readonly KnownDifferences Differences = new("python-differs.txt");

    static readonly Lazy<Task<IReadOnlyList<System.Text.Json.JsonElement>>> Answers =
        new(() => PythonEmail.ReadAsync([.. Compared.Select(message => message.WithLineEndsOfMail)]));

    [Test]
    public void Differences_are_of_messages_that_are_compared() => Assert.That(Differences.Messages, Is.SubsetOf(Compared.Select(message => message.Name)));

    static IEnumerable<TestCaseData> Messages() => Compared.Select((message, i) => new TestCaseData(message, i) { TestName = $"Python {message.Name}" });

    [TestCaseSource(nameof(Messages))]
    public async Task Compare(CorpusMessage message, int index)
    {
        var theirs = PythonEmail.Describe((await Answers.Value)[index]);
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
    public async Task Compare_generated_messages()
    {
        var random = new Random(Seed);
        var messages = Enumerable.Range(0, Generated).Select(_ => GeneratedMessage.Next(random)).ToList();
        var theirs = await PythonEmail.ReadAsync(messages);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < messages.Count; i++)
            {
                Assert.That(Ours(messages[i]), Is.EqualTo(PythonEmail.Describe(theirs[i])), Convert.ToBase64String(messages[i]));
            }
        });
    }

    static Dictionary<string, string> Ours(byte[] message)
    {
        var scan = Scanning.Scan(message);
        var envelope = (object?[])ImapData.Parse(scan.Envelope.Span)!;
        var types = new List<string>();
        var octets = new List<string>();
        Append(message, scan.Root, ImapData.Parse(scan.BodyStructure.Span), "", types, octets);
        return new()
        {
            ["types"] = string.Join('\n', types),
            ["octets"] = string.Join('\n', octets),
            ["Subject"] = Text(envelope[1]),
            ["Message-ID"] = Text(envelope[9]),
            ["Date"] = Text(envelope[0]),
            ["To"] = string.Join(", ", Addresses(envelope[5])),
        };
    }

    // A message part and the message in it are one body in BODYSTRUCTURE and two parts in the tree.
    static void Append(byte[] message, MimePart part, object? structure, string number, List<string> types, List<string> octets)
    {
        var body = (object?[])structure!;
        var shown = number.Length == 0 ? "-" : number;
        var isMultipart = body[0] is object?[];
        var count = isMultipart ? Array.FindIndex(body, item => item is byte[]) : 0;
        types.Add($"{shown} {(isMultipart ? $"MULTIPART/{Text(body[count])}" : $"{Text(body[0])}/{Text(body[1])}")}");
        octets.Add($"{shown} {(part.Kind == MimePartKind.Leaf ? Encoding.Latin1.GetString(message, (int)part.BodyOffset, (int)(part.EndOffset - part.BodyOffset)) : "")}");
        for (var i = 0; i < part.Children.Count; i++)
        {
            Append(message, part.Children[i], isMultipart ? body[i] : body[8], number.Length == 0 ? $"{i + 1}" : $"{number}.{i + 1}", types, octets);
        }
    }

    // Groups are flat there.
    static IEnumerable<string> Addresses(object? list)
    {
        foreach (var address in ((object?[]?)list ?? []).Cast<object?[]>().Where(address => address[3] is not null))
        {
            var host = Text(address[3]);
            yield return $"{Text(address[0])} <{Text(address[2])}{(host.Length > 0 ? "@" : "")}{host}>";
        }
    }

    static string Text(object? value) => value is byte[] text ? Encoding.Latin1.GetString(text) : "";
}
