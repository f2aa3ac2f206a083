using AgentPost.Support;
using AgentPost.Support.Transcripts;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Clients that make mistakes, in every state that a transcript begins with.</summary>
sealed class MutatedTranscriptTests
{
    const int SmallestFolder = 5;
    const int AtOnce = 4;

    // How often each file is played; there are fewer of SMTP, and they are quick.
    static readonly Dictionary<string, int> Seeds = new() { ["imap"] = 2, ["smtp"] = 5, ["mx"] = 8, ["lmtp"] = 8 };

    static readonly string Folder = Path.Combine(Repository.Root, "tests", "Transcripts");

    [TestCase("imap")]
    [TestCase("smtp")]
    [TestCase("mx")]
    [TestCase("lmtp")]
    public async Task A_mutated_transcript_leaves_the_connection_in_step_or_ended(string folder)
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(
            database.ConnectionString,
            ("AGENTPOST_LIMITS__CONNECTIONSPERADDRESS", "unlimited"),
            ("AGENTPOST_LIMITS__INBOUNDMESSAGESPERMINUTEPERADDRESS", "unlimited"));
        await using var store = await database.OpenStoreAsync();
        var server = new AgentPostServer(program, store);
        var breaches = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var played = 0;

        await Parallel.ForEachAsync(Dialogues(folder), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (dialogue, _) =>
        {
            var mutated = new MutatedDialogue(dialogue.Transcript, server, Path.Combine(Folder, "mail"), dialogue.Seed);
            if (await mutated.BreachAsync() is { } breach)
            {
                breaches.Enqueue($"{dialogue.Transcript.Name}, seed {dialogue.Seed}:\n{breach}");
            }
            Interlocked.Increment(ref played);
        });

        Assert.That(played, Is.GreaterThan(SmallestFolder * Seeds[folder]));
        Assert.That(breaches, Is.Empty);
        Assert.That(program.ErrorOutput, Does.Not.Contain("\"Error\""));
    }

    // Compressed octets cannot be mutated as text, and who tries names is answered late.
    static IEnumerable<(Transcript Transcript, int Seed)> Dialogues(string folder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let name = Path.GetRelativePath(Folder, file)
        where !name.Contains("compress", StringComparison.Ordinal) && !name.Contains("probing", StringComparison.Ordinal)
        from seed in Enumerable.Range(0, Seeds[folder])
        select (Transcript.Load(file, name), StableSeed(name) + seed);

    static int StableSeed(string name) => name.Aggregate(17, (hash, character) => unchecked(hash * 31 + character));
}
