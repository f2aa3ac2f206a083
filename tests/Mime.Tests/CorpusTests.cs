using System.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>
/// Messages and what is found in them: part tree, ENVELOPE, BODYSTRUCTURE. Each is scanned with the line ends of mail and as it was written (LF, or mixed): the tree is
/// the same. The expectations are read against the RFCs, not only recorded.
/// </summary>
sealed class CorpusTests
{
    const string EmptyEnvelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";

    static IEnumerable<TestCaseData> Messages() => CorpusMessage.All.Select(message => new TestCaseData(message) { TestName = message.Name });

    [TestCaseSource(nameof(Messages))]
    public void Scan(CorpusMessage message)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Describe(message), Is.EqualTo(message.Expected));
            Assert.That(Tree(message.Octets), Is.EqualTo(Tree(message.WithLineEndsOfMail)), "as written");
        });
    }

    [Test]
    public void Corpus_is_large_and_without_repetition()
    {
        Assert.Multiple(() =>
        {
            Assert.That(CorpusMessage.All, Has.Count.GreaterThanOrEqualTo(150));
            Assert.That(CorpusMessage.All.Select(message => message.Name), Is.Unique);
            Assert.That(CorpusMessage.All.Select(message => Convert.ToHexString(message.Octets)), Is.Unique);
        });
    }

    /// <summary>Writes what is found into the corpus of the source tree, to be read and judged before it is committed.</summary>
    [Test]
    [Explicit]
    public void Record()
    {
        foreach (var path in CorpusMessage.Files)
        {
            File.WriteAllText(path, CorpusMessage.Rewrite(path, Describe));
        }
    }

    static string Describe(CorpusMessage message)
    {
        var scan = Scanning.Scan(message.WithLineEndsOfMail);
        var envelope = Encoding.Latin1.GetString(scan.Envelope.Span);
        var lines = new List<string> { Tree(message.WithLineEndsOfMail) };
        if (envelope != EmptyEnvelope)
        {
            lines.Add("ENVELOPE " + Escape(envelope));
        }
        lines.Add("BODYSTRUCTURE " + Escape(Encoding.Latin1.GetString(scan.BodyStructure.Span)));
        return string.Join('\n', lines);
    }

    /// <summary>A line for each part: number, kind, transfer encoding, its header in brackets (that of the message is left out), its body; line ends of every kind are \n.</summary>
    static string Tree(byte[] octets)
    {
        var text = new StringBuilder();
        Append(text, octets, Scanning.Scan(octets).Root, "");
        return text.ToString().TrimEnd('\n');
    }

    static void Append(StringBuilder text, byte[] message, MimePart part, string number)
    {
        var header = number.Length == 0 ? "" : $" [{Cut(message, part.HeaderOffset, part.BodyOffset)}]";
        var body = part.Kind == MimePartKind.Leaf ? $" {Cut(message, part.BodyOffset, part.EndOffset)}" : "";
        text.Append($"{(number.Length == 0 ? "-" : number)} {part.Kind} {part.Encoding}{header}{body}".TrimEnd()).Append('\n');
        for (var i = 0; i < part.Children.Count; i++)
        {
            Append(text, message, part.Children[i], number.Length == 0 ? $"{i + 1}" : $"{number}.{i + 1}");
        }
    }

    static string Cut(byte[] message, long from, long to) => Escape(Encoding.Latin1.GetString(message, (int)from, (int)(to - from)));

    static string Escape(string octets) => string.Concat(octets.Replace("\r\n", "\n", StringComparison.Ordinal).Select(c => c switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\0' => @"\0",
        '\\' => @"\\",
        < ' ' or > '~' => $@"\x{(int)c:x2}",
        _ => c.ToString(),
    }));
}
