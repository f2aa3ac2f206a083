using System.Globalization;
using System.Text;
using AgentPost.Mime.Conversion;
using AgentPost.Support;

namespace AgentPost.Mime.Tests;

/// <summary>A message of tests/Mime.Tests/Corpus, as its octets were written there, and what is to be found in it.</summary>
sealed record CorpusMessage(string Name, byte[] Octets, string Expected)
{
    const string Start = "### ";
    const string Expectation = "\n>>>\n";

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Mime.Tests", "Corpus"), "*.txt").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<CorpusMessage> All { get; } = [.. Files.SelectMany(Read)];

    /// <summary>As a store keeps it.</summary>
    public byte[] WithLineEndsOfMail => new LineEnds().Write(Octets).ToArray();

    public override string ToString() => Name;

    /// <summary>The text of a file of the corpus with other expectations.</summary>
    public static string Rewrite(string path, Func<CorpusMessage, string> expected)
    {
        var text = new StringBuilder();
        foreach (var (block, message) in Blocks(File.ReadAllText(path)).Zip(Read(path)))
        {
            var end = block.IndexOf(Expectation, StringComparison.Ordinal) + Expectation.Length;
            text.Append(text.Length > 0 ? "\n" : "").Append(Start).Append(block[..end]).Append(expected(message)).Append('\n');
        }
        return text.ToString();
    }

    static IEnumerable<CorpusMessage> Read(string path)
    {
        foreach (var block in Blocks(File.ReadAllText(path)))
        {
            var expectation = block.IndexOf(Expectation, StringComparison.Ordinal);
            var lines = block[..(expectation + 1)].Split('\n').ToList();
            // What begins with "# " below the name is comment.
            var first = lines.FindIndex(1, line => !line.StartsWith("# ", StringComparison.Ordinal));
            var name = $"{Path.GetFileNameWithoutExtension(path)}: {lines[0]}";
            yield return new CorpusMessage(name, Unescape(string.Join('\n', lines[first..])), block[(expectation + Expectation.Length)..].Trim());
        }
    }

    static IEnumerable<string> Blocks(string text) => $"\n{text}".Split('\n' + Start).Skip(1);

    static byte[] Unescape(string message) => Unescape(Encoding.UTF8.GetBytes(message));

    // \r \n \t \0 \xHH \\ are escapes; \ at the end of a line takes its line end away.
    static byte[] Unescape(ReadOnlySpan<byte> escaped)
    {
        var octets = new List<byte>(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                octets.Add(escaped[i]);
                continue;
            }
            var code = (char)escaped[++i];
            if (code == '\n')
            {
                continue;
            }
            octets.Add(code switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                't' => (byte)'\t',
                '0' => 0,
                'x' => byte.Parse([(char)escaped[++i], (char)escaped[++i]], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                '\\' => (byte)'\\',
                _ => throw new FormatException($"\\{code} is no escape."),
            });
        }
        return [.. octets];
    }
}
