using AgentPost.Support;

namespace AgentPost.Mime.Tests.Findings;

/// <summary>A message of <c>codes.txt</c>.</summary>
/// <param name="Kind">code, link or none.</param>
/// <param name="Right">The code or the link.</param>
sealed record CodeCorpus(string Language, string Kind, string Right, string Subject, string Text)
{
    public static IReadOnlyList<CodeCorpus> All { get; } = [.. Read()];

    static IEnumerable<CodeCorpus> Read()
    {
        var file = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Mime.Tests", "Findings", "codes.txt"));
        foreach (var message in file.ReplaceLineEndings("\n").Split("\n---\n"))
        {
            var lines = message.Split('\n').SkipWhile(line => line.StartsWith('#')).ToList();
            var head = lines[0].Split(' ', 3);
            yield return new(head[0], head[1], head.Length > 2 ? head[2] : "", lines[1], string.Join('\n', lines.Skip(2)));
        }
    }
}
