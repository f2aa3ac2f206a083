using System.Diagnostics;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>How soon an idling connection hears of mail, counted from the 250 that the sender got. Medians, because other work shares the machine.</summary>
sealed class IdleLatencyTests : RunningProgram
{
    const int Repeats = 21;

    [Test]
    public async Task New_mail_reaches_an_idling_connection_of_the_same_program_within_50_ms() =>
        Assert.That(await MedianAsync(Program), Is.LessThan(TimeSpan.FromMilliseconds(50)));

    [Test]
    public async Task New_mail_reaches_an_idling_connection_of_another_program_within_250_ms()
    {
        await using var other = await ProgramUnderTest.StartAsync(Database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", Program.Key));
        Assert.That(await MedianAsync(other, Program.Key), Is.LessThan(TimeSpan.FromMilliseconds(250)));
    }

    async Task<TimeSpan> MedianAsync(ProgramUnderTest listening, string? key = null)
    {
        await using var imap = await ImapDialogue.BeginAsync(listening.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(ProgramUnderTest.Inbox, key ?? listening.Key);
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        await imap.IdleAsync();
        await using var smtp = await Program.LogInToSmtpAsync();
        var latencies = new List<TimeSpan>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            latencies.Add(await LatencyAsync(imap, smtp));
        }
        TestContext.Out.WriteLine($"milliseconds: {string.Join(' ', latencies.Order().Select(latency => latency.TotalMilliseconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))}");
        return latencies.Order().ElementAt(Repeats / 2);
    }

    static async Task<TimeSpan> LatencyAsync(ImapDialogue imap, SmtpDialogue smtp)
    {
        var heard = HearAsync(imap);
        var reply = await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent($"latency-{Guid.NewGuid():N}"));
        var accepted = Stopwatch.GetTimestamp();
        Assert.That(reply, Does.StartWith("250 "));
        // It may have been heard before the sender's answer was read.
        return await heard is var at && at > accepted ? Stopwatch.GetElapsedTime(accepted, at) : TimeSpan.Zero;
    }

    static async Task<long> HearAsync(ImapDialogue imap)
    {
        await imap.ReadUntilAsync(" EXISTS");
        return Stopwatch.GetTimestamp();
    }
}
