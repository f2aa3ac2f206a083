using System.Globalization;

namespace AgentPost.Benchmarks;

/// <summary>The words behind <c>fuzz mime</c> and <c>fuzz imap</c>.</summary>
static class FuzzWords
{
    public const string Usage = "Usage: ./agentpost fuzz mime|imap --minutes N [--seed S]";

    /// <summary>One minute and any seed, if they are not named.</summary>
    public static bool TryRead(string[] words, out TimeSpan length, out int seed)
    {
        var minutes = 1.0;
        seed = Random.Shared.Next();
        var read = words.Length % 2 == 0;
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            read &= words[i] switch
            {
                "--minutes" => double.TryParse(words[i + 1], CultureInfo.InvariantCulture, out minutes) && minutes > 0,
                "--seed" => int.TryParse(words[i + 1], CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
        }
        length = TimeSpan.FromMinutes(read ? minutes : 1);
        return read;
    }
}
