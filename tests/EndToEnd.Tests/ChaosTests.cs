using AgentPost.Support.Chaos;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Longer, and with other seeds: <c>./agentpost chaos --minutes N --seed S</c>.</summary>
sealed class ChaosTests
{
    const int Seed = 7;

    // docs/reliability.md lists what the others find.
    static readonly string[] Faults =
    [
        "kill-host", "stop-host", "freeze-host", "fill-disk", "cut-database", "lose-commits", "kill-postgres",
        "freeze-postgres", "fail-over",
    ];

    [Test]
    public async Task What_is_acknowledged_in_two_minutes_of_faults_is_there_once()
    {
        var report = await ChaosRun.PlayAsync(
            new(TimeSpan.FromMinutes(2), Seed)
            {
                Faults = Faults,
                RepeatsLmtp = false,
                Log = TestContext.Out.WriteLine,
            });

        TestContext.Out.WriteLine(report);
        Assert.That(report.Violations, Is.Empty, report.ToString());
        Assert.That(report.Faults.Values.Sum(), Is.Positive);
        Assert.That(report.Channels, Has.All.Property(nameof(ChannelFigures.Acknowledged)).Positive);
    }
}
