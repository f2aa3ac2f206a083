using System.Text.RegularExpressions;
using AgentPost.Support;
using AgentPost.Support.Transcripts;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What IMAP advertises is in docs/rfcs.md as whole and shown by a transcript.</summary>
sealed partial class TranscriptCoverageTests : RunningProgram
{
    // QUOTA is advertised only with a limit; transcripts have these as well.
    protected override (string Name, string Value)[] Settings =>
        [("AGENTPOST_LIMITS__INBOXSIZE", "1048576"), ("AGENTPOST_LIMITS__INBOXMESSAGES", "30")];

    [Test]
    public async Task Every_capability_is_a_Yes_in_the_table_of_RFCs()
    {
        var rows = Rows();
        Assert.That(rows, Is.Not.Empty);

        Assert.That((await AdvertisedAsync()).Where(name => !rows.Exists(row => Names(row.Subject, name) && row.Status == "Yes")), Is.Empty);
    }

    [Test]
    public async Task Every_capability_has_a_transcript()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Transcripts");
        var shown = Directory.EnumerateFiles(Path.Combine(folder, "imap"), "*.txt", SearchOption.AllDirectories)
            .SelectMany(file => Transcript.Load(file, Path.GetRelativePath(folder, file)).Capabilities)
            .ToHashSet();
        var advertised = await AdvertisedAsync();

        Assert.That(advertised.Except(shown), Is.Empty, "A transcript says 'capability: NAME'.");
        Assert.That(shown.Except(advertised), Is.Empty, "No transcript names what is not advertised.");
    }

    // Before login and after; a number that follows the name (APPENDLIMIT=26214400) is none of it.
    async Task<HashSet<string>> AdvertisedAsync()
    {
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        var before = (await imap.CommandAsync("CAPABILITY")).EnsureOk().Untagged[0];
        await imap.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        var after = (await imap.CommandAsync("CAPABILITY")).EnsureOk().Untagged[0];
        return [.. $"{before} {after}".Split(' ').Where(word => word is not ("*" or "CAPABILITY")).Select(word => Number().Replace(word, ""))];
    }

    static List<(string Subject, string Status)> Rows() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "rfcs.md"))
            .TakeWhile(line => line != "## SMTP")
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 4)
            .Select(cells => (cells[2], cells[3])),
    ];

    static bool Names(string subject, string capability) => subject.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Contains(capability);

    [GeneratedRegex("=[0-9]+$")]
    private static partial Regex Number();
}
