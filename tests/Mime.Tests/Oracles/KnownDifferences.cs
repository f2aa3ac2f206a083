using AgentPost.Support;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>Where another reader finds something else in the corpus, and who is right: blocks of a reason ("# …") and lines "message = item, item".</summary>
sealed class KnownDifferences
{
    readonly Dictionary<string, (string[] Items, string Why)> _byMessage = [];

    public KnownDifferences(string file)
    {
        var why = "";
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Mime.Tests", "Oracles", file)).Where(line => line.Length > 0))
        {
            if (line.StartsWith('#'))
            {
                why = line[1..].Trim();
                continue;
            }
            var end = line.LastIndexOf(" = ", StringComparison.Ordinal);
            _byMessage.Add(line[..end], (line[(end + 3)..].Split(", "), why));
        }
    }

    public IEnumerable<string> Messages => _byMessage.Keys;

    public (string[] Items, string Why) Of(CorpusMessage message) => _byMessage.GetValueOrDefault(message.Name, ([], "nothing is known to differ"));
}
