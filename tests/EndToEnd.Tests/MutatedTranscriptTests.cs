using AgentPost.Support;
using AgentPost.Support.Transcripts;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Clients that make mistakes, in every state that a transcript begins with.</summary>
sealed class MutatedTranscriptTests
{
    const int Seeds = 2;
    const int AtOnce = 4;
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "Transcripts");

    [Test]
    public async Task A_mutated_transcript_leaves_the_connection_in_step_or_ended()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_LIMITS__CONNECTIONSPERADDRESS", "unlimited"));
        await using var store = await database.OpenStoreAsync();
        var server = new AgentPostServer(program, store);
        var breaches = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var played = 0;

        await Parallel.ForEachAsync(Dialogues(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (dialogue, _) =>
        {
            var mutated = new MutatedDialogue(dialogue.Transcript, server, Path.Combine(Folder, "mail"), dialogue.Seed);
            if (await mutated.BreachAsync() is { } breach)
            {
                breaches.Enqueue($"{dialogue.Transcript.Name}, seed {dialogue.Seed}:\n{breach}");
            }
            Interlocked.Increment(ref played);
        });

        Assert.That(played, Is.GreaterThan(100));
        Assert.That(breaches, Is.Empty);
        Assert.That(program.ErrorOutput, Does.Not.Contain("\"Error\""));
    }

    // Compressed octets cannot be mutated as text.
    static IEnumerable<(Transcript Transcript, int Seed)> Dialogues() =>
        from file in Directory.EnumerateFiles(Path.Combine(Folder, "imap"), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let name = Path.GetRelativePath(Folder, file)
        where !name.Contains("compress", StringComparison.Ordinal)
        from seed in Enumerable.Range(0, Seeds)
        select (Transcript.Load(file, name), StableSeed(name) + seed);

    static int StableSeed(string name) => name.Aggregate(17, (hash, character) => unchecked(hash * 31 + character));
}
