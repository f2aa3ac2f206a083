using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What was acknowledged is there, once, whatever happens to the program.</summary>
sealed partial class DurabilityTests
{
    const int Submissions = 500;
    const int Connections = 8;
    const int Appends = 2_000;

    [Test]
    public async Task A_kill_in_the_middle_of_500_submissions_loses_and_doubles_nothing_that_got_its_250()
    {
        // On its embedded Postgres, which outlives it and is taken over at the next start.
        await using var program = await ProgramUnderTest.StartAsync(database: null);
        var acknowledged = new ConcurrentQueue<string>();
        var numbers = new ConcurrentQueue<int>(Enumerable.Range(1, Submissions));
        var half = new TaskCompletionSource();

        var senders = Enumerable.Range(0, Connections).Select(_ => SendUntilCutAsync(program, numbers, acknowledged, half)).ToList();
        await Task.WhenAny(half.Task, Task.WhenAll(senders));
        await program.KillAsync();
        await Task.WhenAll(senders);
        await program.StartAsync();

        await using var imap = await program.LogInToImapAsync();
        var sent = await SubjectsAsync(imap, "Sent");
        var delivered = await SubjectsAsync(imap, "INBOX");
        Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(Submissions / 2));
        Assert.That(numbers, Is.Not.Empty, "The kill came in the middle.");
        Assert.That(acknowledged.Except(sent), Is.Empty, "All that got a 250 are there.");
        Assert.That(sent, Is.Unique);
        Assert.That(delivered, Is.EquivalentTo(sent), "Filed and delivered in one transaction.");
    }

    [Test]
    public async Task Another_program_on_the_database_sees_the_same_UIDs_flags_and_UIDVALIDITY_after_2000_appends()
    {
        await using var database = await Databases.CreateAsync();
        await using var first = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using var writing = await first.LogInToImapAsync();
        string[] flags = ["", @"(\Seen)", @"(\Flagged $Forwarded)", @"(\Answered \Seen urgent)"];
        for (var number = 0; number < Appends; number++)
        {
            (await writing.AppendAsync("INBOX", flags[number % flags.Length], Mail.FromAgent($"append-{number}"))).EnsureOk();
        }
        var before = await ViewAsync(writing);

        await using var second = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", first.Key));
        await using var reading = await ImapDialogue.BeginAsync(second.ConnectImapAsync(CancellationToken.None));
        await reading.LogInAsync(ProgramUnderTest.Inbox, first.Key);
        var after = await ViewAsync(reading);

        Assert.That(before.Entries, Has.Count.EqualTo(Appends));
        Assert.That(after.UidValidity, Is.EqualTo(before.UidValidity));
        Assert.That(after.Entries, Is.EqualTo(before.Entries));
        Assert.That(before.Entries[1], Does.EndWith(@"UID 2 FLAGS (\Seen)"));
    }

    // Ends when there is nothing left to send or the program is gone.
    static async Task SendUntilCutAsync(
        ProgramUnderTest program, ConcurrentQueue<int> numbers, ConcurrentQueue<string> acknowledged, TaskCompletionSource half)
    {
        try
        {
            await using var smtp = await program.LogInToSmtpAsync();
            while (numbers.TryDequeue(out var number))
            {
                var subject = string.Create(CultureInfo.InvariantCulture, $"submission-{number}");
                var reply = await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent(subject));
                if (!reply.StartsWith("250 ", StringComparison.Ordinal))
                {
                    return;
                }
                acknowledged.Enqueue(subject);
                if (acknowledged.Count >= Submissions / 2)
                {
                    half.TrySetResult();
                }
            }
        }
        catch (Exception cut) when (cut is IOException or SocketException or InvalidOperationException)
        {
            // The program was killed: no reply, or none that was whole.
        }
    }

    static async Task<List<string>> SubjectsAsync(ImapDialogue imap, string folder)
    {
        (await imap.CommandAsync($"SELECT {folder}")).EnsureOk();
        var answer = (await imap.CommandAsync("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).EnsureOk();
        return [.. answer.Untagged.Select(response => Subject().Match(response)).Where(match => match.Success).Select(match => match.Groups["subject"].Value)];
    }

    static async Task<(string UidValidity, List<string> Entries)> ViewAsync(ImapDialogue imap)
    {
        var select = (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        var fetch = (await imap.CommandAsync("FETCH 1:* (UID FLAGS)")).EnsureOk();
        // \Recent belongs to whoever selected first.
        return (
            select.Untagged.Single(response => response.Contains("[UIDVALIDITY ", StringComparison.Ordinal)),
            [.. fetch.Untagged.Where(response => response.Contains(" FETCH ", StringComparison.Ordinal)).Select(Entry)]);
    }

    // "* 7 FETCH (UID 7 FLAGS (\Seen \Recent))" → "7 UID 7 FLAGS (\Seen)"
    static string Entry(string response)
    {
        var match = Fetch().Match(response);
        Assert.That(match.Success, response);
        var flags = match.Groups["flags"].Value.Split(' ').Where(flag => flag != @"\Recent").Order(StringComparer.Ordinal);
        return $"{match.Groups["number"].Value} UID {match.Groups["uid"].Value} FLAGS ({string.Join(' ', flags)})";
    }

    [GeneratedRegex(@"Subject: (?<subject>submission-\d+)\r\n")]
    private static partial Regex Subject();

    [GeneratedRegex(@"^\* (?<number>\d+) FETCH \(UID (?<uid>\d+) FLAGS \((?<flags>[^)]*)\)\)$")]
    private static partial Regex Fetch();
}
